package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.UnitRates;

/**
 * The size and the quality that pictures are sold by; {@value #AUTO} is what the upstream chooses.
 */
record ImageVariant(String size, String quality) {

    private static final String AUTO = UnitRates.AUTO;

    /** OpenAI's older models know no {@code auto}: without a choice they take these. */
    private static final String OLD_MODELS = "dall-e-";

    private static final String OLD_QUALITY = "standard";
    private static final String SQUARE = "1024x1024";

    /**
     * OpenAI's published tokens of a picture of gpt-image-1: square, and the larger of the other
     * two.
     */
    private static final int[] LOW = {272, 408};

    private static final int[] MEDIUM = {1_056, 1_584};
    private static final int[] HIGH = {4_160, 6_240};

    private static final int WORD_CHARS_MAX = 32;

    /** What a request asks for. */
    static ImageVariant asked(RequestFields fields, String model) throws InvalidRequest {
        boolean old = model.startsWith(OLD_MODELS);
        return new ImageVariant(
                word(fields, "size", old ? SQUARE : AUTO),
                word(fields, "quality", old ? OLD_QUALITY : AUTO));
    }

    private static String word(RequestFields fields, String field, String otherwise)
            throws InvalidRequest {
        JsonNode value = fields.json().path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!isWord(value)) {
            throw new InvalidRequest(
                    "Invalid type for '" + field + "': expected a word.", field, "invalid_type");
        }
        return value.textValue();
    }

    private static boolean isWord(JsonNode value) {
        return value.isTextual()
                && value.textValue().length() <= WORD_CHARS_MAX
                && value.textValue().matches("[A-Za-z0-9_-]+");
    }

    /** What was made, as an answer tells it; what it does not tell is what was asked for. */
    ImageVariant made(JsonNode answer) {
        return new ImageVariant(
                told(answer.path("size"), size), told(answer.path("quality"), quality));
    }

    private static String told(JsonNode value, String asked) {
        return isWord(value) && !value.textValue().equals(AUTO) ? value.textValue() : asked;
    }

    /** As prices name it. */
    String name() {
        return size + "/" + quality;
    }

    /**
     * The tokens of one such picture, where the upstream does not tell; of the dearest, if open.
     */
    long tokens() {
        int[] tokens =
                switch (quality) {
                    case "low" -> LOW;
                    case "medium", OLD_QUALITY -> MEDIUM;
                    default -> HIGH;
                };
        return size.equals(SQUARE) ? tokens[0] : tokens[1];
    }

    /** Says to an older model what is taken for its choice, so that it makes no other. */
    void sayTo(ObjectNode request, String model) {
        if (model.startsWith(OLD_MODELS)) {
            request.put("size", size);
        }
        if (model.startsWith(OLD_MODELS + "3")) {
            request.put("quality", quality);
        }
    }
}
