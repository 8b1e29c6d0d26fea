package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/** Finds what of a chat request becomes input. */
final class ChatInput {

    /** Fields that steer the answer and are never shown to the model. */
    private static final Set<String> NOT_READ =
            Set.of(
                    "messages",
                    "model",
                    "stream",
                    "stream_options",
                    "max_tokens",
                    "max_completion_tokens",
                    "n",
                    "temperature",
                    "top_p",
                    "stop",
                    "seed",
                    "user",
                    "metadata",
                    "store",
                    "frequency_penalty",
                    "presence_penalty",
                    "logprobs",
                    "top_logprobs",
                    "logit_bias",
                    "service_tier",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_options",
                    "prompt_cache_retention",
                    "parallel_tool_calls",
                    "reasoning_effort",
                    "verbosity",
                    "usage");

    /** Tools that the client runs. */
    private static final Set<String> OWN_TOOLS = Set.of("function", "custom");

    private ChatInput() {}

    /** Reads {@code messages}, tools and whatever else a model is shown. */
    static Input of(ObjectNode json) throws InvalidRequest {
        InputReader reader = new InputReader("messages");
        for (JsonNode message : messages(json.path("messages"))) {
            if (!message.isObject()) {
                throw new InvalidRequest(
                        "Each of 'messages' must be an object.", "messages", "invalid_type");
            }
            reader.message();
            for (Map.Entry<String, JsonNode> field : message.properties()) {
                if (field.getKey().equals("content")) {
                    reader.content(field.getValue());
                } else if (field.getKey().equals("audio") && !field.getValue().isNull()) {
                    throw new InvalidRequest(
                            "Sound of earlier answers is not stored here: send its transcript.",
                            "messages",
                            "unsupported_value");
                } else {
                    reader.value(field.getValue());
                }
            }
        }
        for (JsonNode tool : json.path("tools")) {
            String type = tool.path("type").asText();
            if (!OWN_TOOLS.contains(type)) {
                throw new InvalidRequest(
                        "Tools of type '"
                                + type
                                + "' are not offered here: they run at the upstream and cost more"
                                + " than tokens.",
                        "tools",
                        "unsupported_value");
            }
            reader.tool();
        }
        json.path("functions").forEach(_ -> reader.tool());
        reader.others(json, NOT_READ);
        return reader.input();
    }

    private static JsonNode messages(JsonNode messages) throws InvalidRequest {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new InvalidRequest(
                    "'messages' must be an array with at least one message.",
                    "messages",
                    messages.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        return messages;
    }
}
