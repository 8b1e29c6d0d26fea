package dev.scrip.gateway;

import dev.scrip.pricing.Extras;
import java.util.List;

/**
 * What of a request becomes input tokens.
 *
 * @param texts everything that a tokenizer will read: contents, names, tools, schemas
 * @param bytes their length in UTF-8
 * @param messages how many, each with a few tokens around it
 * @param tools how many, each with a few tokens around it
 * @param images how many; their tokens do not depend on their bytes
 * @param mediaChars how long pictures and sound are, as they stand in the body
 * @param tokens what the client has made tokens itself
 * @param audioTokens a bound on what is sound
 */
record Input(
        List<String> texts,
        long bytes,
        int messages,
        int tools,
        int images,
        long mediaChars,
        long tokens,
        long audioTokens) {

    /**
     * The most that one image was ever seen to cost: gpt-4o-mini takes 2,833 tokens and 5,667 for
     * each of at most eight tiles.
     */
    static final long TOKENS_PER_IMAGE_MAX = 48_169;

    /** Of English, which has the longest tokens. */
    private static final int BYTES_PER_TOKEN = 4;

    private static final int TOKENS_PER_IMAGE = 1_000;
    private static final int TOKENS_PER_MESSAGE_MAX = 16;
    private static final int TOKENS_PER_TOOL_MAX = 24;
    private static final int TOKENS_AROUND_MAX = 64;

    Input {
        texts = List.copyOf(texts);
    }

    /** An upper bound that costs nothing: a tokenizer never makes more tokens than bytes. */
    long tokensMax() {
        return bytes
                + (long) messages * TOKENS_PER_MESSAGE_MAX
                + (long) tools * TOKENS_PER_TOOL_MAX
                + images * TOKENS_PER_IMAGE_MAX
                + tokens
                + audioTokens
                + TOKENS_AROUND_MAX;
    }

    /**
     * What of it, and of the output, is not text.
     *
     * @param speaks the output may be sound; its own bound holds for that too
     */
    Extras extras(boolean speaks) {
        if (images == 0 && audioTokens == 0 && !speaks) {
            return Extras.NONE;
        }
        return new Extras(
                audioTokens, images * TOKENS_PER_IMAGE_MAX, speaks ? 1 : 0, 0, 0, null, 0, 0);
    }

    /** About how long the body is. */
    long bodyBytes() {
        return bytes + mediaChars + tokens * Integer.BYTES;
    }

    /** About how many tokens it will be, for what is corrected later. */
    long tokensEstimated() {
        return (bytes + audioTokens) / BYTES_PER_TOKEN + tokens + (long) images * TOKENS_PER_IMAGE;
    }

    /** The length of texts in UTF-8. */
    static long bytes(List<String> texts) {
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
