package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What older endpoints take as their input: a text, several texts, the tokens of a text, or of
 * several; each is read by the model for itself.
 *
 * @param each the texts, or lists of tokens
 */
record Prompts(List<JsonNode> each) {

    private static final int PROMPTS_MAX = 2_048;

    Prompts {
        each = List.copyOf(each);
    }

    /**
     * Reads the field.
     *
     * @throws InvalidRequest if it is nothing of the four
     */
    static Prompts of(String field, JsonNode value) throws InvalidRequest {
        List<JsonNode> each = new ArrayList<>();
        if (value.isTextual() || (value.isArray() && value.path(0).isNumber())) {
            each.add(value);
        } else if (value.isArray()) {
            value.forEach(each::add);
        }
        for (JsonNode prompt : each) {
            if (!prompt.isTextual() && !isTokens(prompt)) {
                throw wrong(field, value);
            }
        }
        if (each.isEmpty() || each.size() > PROMPTS_MAX) {
            throw wrong(field, value);
        }
        return new Prompts(each);
    }

    private static boolean isTokens(JsonNode prompt) {
        if (!prompt.isArray() || prompt.isEmpty()) {
            return false;
        }
        for (JsonNode token : prompt) {
            if (!token.isInt() || token.intValue() < 0) {
                return false;
            }
        }
        return true;
    }

    private static InvalidRequest wrong(String field, JsonNode value) {
        return new InvalidRequest(
                "'"
                        + field
                        + "' must be a text, tokens, or a list of up to 2,048 texts or of tokens.",
                field,
                value.isMissingNode() ? "missing_required_parameter" : "invalid_type");
    }

    int count() {
        return each.size();
    }

    /** All of them as input. */
    void addTo(InputReader reader) {
        for (JsonNode prompt : each) {
            if (prompt.isTextual()) {
                reader.value(prompt);
            } else {
                reader.tokens(prompt.size());
            }
        }
    }

    /** The texts, for the built-in model; tokens are taken for those of its own tokenizer. */
    List<String> texts(Encoding encoding) {
        return each.stream()
                .map(prompt -> prompt.isTextual() ? prompt.textValue() : decoded(encoding, prompt))
                .toList();
    }

    private static String decoded(Encoding encoding, JsonNode tokens) {
        IntArrayList list = new IntArrayList(tokens.size());
        tokens.forEach(token -> list.add(token.intValue()));
        try {
            return new String(encoding.decodeBytes(list), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unknownToken) {
            return "";
        }
    }
}
