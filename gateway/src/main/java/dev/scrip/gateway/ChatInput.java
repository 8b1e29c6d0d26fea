package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a chat request becomes input tokens.
 *
 * @param texts everything that a tokenizer will read: contents, names, tools, schemas
 * @param messages how many, each with a few tokens around it
 * @param tools how many, each with a few tokens around it
 * @param images how many; their tokens do not depend on their bytes
 */
record ChatInput(List<String> texts, int messages, int tools, int images) {

    /**
     * The most that one image was ever seen to cost: gpt-4o-mini takes 2,833 tokens and 5,667 for
     * each of at most eight tiles.
     */
    static final long TOKENS_PER_IMAGE_MAX = 48_169;

    private static final int TOKENS_PER_MESSAGE_MAX = 16;
    private static final int TOKENS_PER_TOOL_MAX = 24;
    private static final int TOKENS_AROUND_MAX = 64;

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

    ChatInput {
        texts = List.copyOf(texts);
    }

    /** Reads a request whose {@code messages} are known to be an array of objects. */
    static ChatInput of(ObjectNode json) {
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
        return new ChatInput(texts, json.path("messages").size(), tools, images);
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

    /** An upper bound that costs nothing: a tokenizer never makes more tokens than bytes. */
    long tokensMax() {
        return bytes()
                + (long) messages * TOKENS_PER_MESSAGE_MAX
                + (long) tools * TOKENS_PER_TOOL_MAX
                + images * TOKENS_PER_IMAGE_MAX
                + TOKENS_AROUND_MAX;
    }

    /** The texts' length in UTF-8. */
    long bytes() {
        long bytes = 0;
        for (String text : texts) {
            bytes += utf8Length(text);
        }
        return bytes;
    }

    private static long utf8Length(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) {
                bytes += 2;
            } else if (c >= 0x80) {
                bytes += 1; // also each half of a pair: four bytes for two chars
            }
        }
        return bytes;
    }
}
