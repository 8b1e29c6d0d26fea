package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** Finds what of a request for a response becomes input. */
final class ResponsesInput {

    /** Items that are all there: nothing that is stored elsewhere, nothing that is fetched. */
    private static final Set<String> ITEMS =
            Set.of(
                    "message",
                    "reasoning",
                    "compaction",
                    "function_call",
                    "function_call_output",
                    "custom_tool_call",
                    "custom_tool_call_output",
                    "tool_search_call",
                    "tool_search_output",
                    "additional_tools",
                    "local_shell_call",
                    "local_shell_call_output",
                    "shell_call",
                    "shell_call_output",
                    "apply_patch_call",
                    "apply_patch_call_output");

    /** Tools that the client runs; whatever else there is runs at the upstream and costs apart. */
    private static final Set<String> OWN_TOOLS =
            Set.of("function", "custom", "namespace", "local_shell", "apply_patch");

    /** Fields that steer the answer and are never shown to the model. */
    private static final Set<String> NOT_READ =
            Set.of(
                    "input",
                    "model",
                    "stream",
                    "stream_options",
                    "max_output_tokens",
                    "max_tool_calls",
                    "temperature",
                    "top_p",
                    "top_logprobs",
                    "user",
                    "metadata",
                    "store",
                    "background",
                    "include",
                    "truncation",
                    "service_tier",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_options",
                    "prompt_cache_retention",
                    "parallel_tool_calls",
                    "reasoning",
                    "usage");

    private final InputReader reader = new InputReader("input");

    private ResponsesInput() {}

    /** Reads {@code input}, instructions, tools and whatever else a model is shown. */
    static Input of(ObjectNode json) throws InvalidRequest {
        ResponsesInput input = new ResponsesInput();
        input.items(json.path("input"));
        input.tools("tools", json.path("tools"));
        input.reader.others(json, NOT_READ);
        return input.reader.input();
    }

    private void items(JsonNode input) throws InvalidRequest {
        if (input.isTextual()) {
            reader.message();
            reader.value(input);
            return;
        }
        if (!input.isArray() || input.isEmpty()) {
            throw new InvalidRequest(
                    "'input' must be a text or an array with at least one item.",
                    "input",
                    input.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        for (JsonNode item : input) {
            item(item);
        }
    }

    private void item(JsonNode item) throws InvalidRequest {
        String type = item.path("type").asText(item.has("role") ? "message" : "item_reference");
        if (!item.isObject()) {
            throw new InvalidRequest("Each of 'input' must be an object.", "input", "invalid_type");
        }
        if (type.equals("item_reference")) {
            throw new InvalidRequest(
                    "Responses are not stored here, so that an item cannot be referred to. Send the"
                            + " item itself in 'input', and 'store': false.",
                    "input",
                    "unsupported_value");
        }
        if (!ITEMS.contains(type)) {
            throw new InvalidRequest(
                    "Items of type '" + type + "' are not offered here.",
                    "input",
                    "unsupported_value");
        }
        reader.message();
        tools("input", item.path("tools"));
        for (Map.Entry<String, JsonNode> field : item.properties()) {
            boolean parts =
                    field.getValue().isArray()
                            && (field.getKey().equals("content")
                                    || field.getKey().equals("output")
                                    || field.getKey().equals("summary"))
                            && !type.equals("shell_call_output");
            if (parts) {
                reader.content(field.getValue());
            } else {
                reader.value(field.getValue());
            }
        }
    }

    /** Counts tools, and refuses those that the upstream would run. */
    private void tools(String field, JsonNode tools) throws InvalidRequest {
        for (JsonNode tool : tools) {
            String type = tool.path("type").asText();
            boolean own =
                    OWN_TOOLS.contains(type)
                            || (type.equals("shell")
                                    && tool.at("/environment/type").asText().equals("local"))
                            || (type.equals("tool_search")
                                    && tool.path("execution").asText().equals("client"));
            if (!own) {
                throw new InvalidRequest(
                        "Tools of type '"
                                + type
                                + "' are not offered here: they run at the upstream and cost more"
                                + " than tokens. Tools that you run yourself are: function, custom,"
                                + " local_shell, apply_patch.",
                        field,
                        "unsupported_value");
            }
            reader.tool();
            tools(field, tool.path("tools"));
        }
    }
}
