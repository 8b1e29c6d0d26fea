package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects what of a request becomes input, and refuses what cannot be bounded. It does not depend
 * on where OpenAI's endpoints differ: parts of contents are known by their type.
 */
final class InputReader {

    private static final Set<String> TEXTS =
            Set.of(
                    "text",
                    "refusal",
                    "input_text",
                    "output_text",
                    "summary_text",
                    "reasoning_text");
    private static final Set<String> IMAGES =
            Set.of("image_url", "input_image", "computer_screenshot");

    private final String field;
    private final List<String> texts = new ArrayList<>();
    private int messages;
    private int tools;
    private int images;
    private long mediaChars;
    private long tokens;
    private long audioTokens;

    /**
     * @param field the field of the request where the contents stand, for refusals
     */
    InputReader(String field) {
        this.field = field;
    }

    /** One more message, with a few tokens around it. */
    void message() {
        messages++;
    }

    /** A tool that is described to the model elsewhere among the texts. */
    void tool() {
        tools++;
    }

    /** Tokens that the client made itself. */
    void tokens(long count) {
        tokens += count;
    }

    /** A text, or a value that the model is shown as JSON. */
    void value(JsonNode value) {
        if (!value.isNull()) {
            texts.add(value.isTextual() ? value.textValue() : value.toString());
        }
    }

    /** A text, or a list of parts. */
    void content(JsonNode content) throws InvalidRequest {
        if (!content.isArray()) {
            value(content);
            return;
        }
        for (JsonNode part : content) {
            part(part);
        }
    }

    private void part(JsonNode part) throws InvalidRequest {
        String type = part.path("type").asText();
        if (TEXTS.contains(type)) {
            value(part.path("text").isTextual() ? part.path("text") : part);
        } else if (IMAGES.contains(type) && !part.hasNonNull("file_id")) {
            images++;
            mediaChars += part.path("image_url").asText().length();
            mediaChars += part.at("/image_url/url").asText().length();
        } else if (type.equals("input_audio")) {
            audioTokens += AudioBound.tokensMax(part.path("input_audio"));
            mediaChars += part.at("/input_audio/data").asText().length();
        } else {
            String what = part.hasNonNull("file_id") ? "Files that are stored" : "Content";
            throw new InvalidRequest(
                    what + " of type '" + type + "' is not offered here.",
                    field,
                    "unsupported_value");
        }
    }

    /** All other fields of a request but those that only steer the answer. */
    void others(ObjectNode json, Set<String> notRead) {
        for (Map.Entry<String, JsonNode> other : json.properties()) {
            if (!notRead.contains(other.getKey())) {
                value(other.getValue());
            }
        }
    }

    Input input() {
        return new Input(
                texts,
                Input.bytes(texts),
                messages,
                tools,
                images,
                mediaChars,
                tokens,
                audioTokens);
    }
}
