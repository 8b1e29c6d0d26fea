package dev.scrip.gateway;

import java.util.List;

/**
 * What of a request becomes input tokens.
 *
 * @param texts everything that a tokenizer will read: contents, names, tools, schemas
 * @param messages how many, each with a few tokens around it
 * @param tools how many, each with a few tokens around it
 * @param images how many; their tokens do not depend on their bytes
 */
record Input(List<String> texts, int messages, int tools, int images) {

    /**
     * The most that one image was ever seen to cost: gpt-4o-mini takes 2,833 tokens and 5,667 for
     * each of at most eight tiles.
     */
    static final long TOKENS_PER_IMAGE_MAX = 48_169;

    private static final int TOKENS_PER_MESSAGE_MAX = 16;
    private static final int TOKENS_PER_TOOL_MAX = 24;
    private static final int TOKENS_AROUND_MAX = 64;

    Input {
        texts = List.copyOf(texts);
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
