package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
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
                    "prompt_cache_retention",
                    "parallel_tool_calls",
                    "reasoning_effort",
                    "verbosity");

    private ChatInput() {}

    /** Reads a request whose {@code messages} are known to be an array of objects. */
    static Input of(ObjectNode json) {
        List<String> texts = new ArrayList<>();
        int images = 0;
        for (JsonNode message : json.path("messages")) {
            for (Map.Entry<String, JsonNode> field : message.properties()) {
                images += collect(field.getKey(), field.getValue(), texts);
            }
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!NOT_READ.contains(field.getKey()) && !field.getValue().isNull()) {
                texts.add(text(field.getValue()));
            }
        }
        int tools = json.path("tools").size() + json.path("functions").size();
        return new Input(texts, json.path("messages").size(), tools, images);
    }

    private static int collect(String name, JsonNode value, List<String> texts) {
        if (value.isNull()) {
            return 0;
        }
        if (!name.equals("content") || !value.isArray()) {
            texts.add(text(value));
            return 0;
        }
        int images = 0;
        for (JsonNode part : value) {
            if (part.path("type").asText().equals("image_url")) {
                images++;
            } else if (part.path("text").isTextual()) {
                texts.add(part.path("text").textValue());
            } else {
                texts.add(part.toString());
            }
        }
        return images;
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
