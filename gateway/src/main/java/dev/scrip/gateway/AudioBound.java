package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How many tokens a piece of sound can be, without decoding it. */
final class AudioBound {

    /** The most that any known model takes for a second (Gemini: 32; OpenAI: 10), and a fifth. */
    private static final long TOKENS_PER_SECOND_MAX = 40;

    /** No encoder that models take writes less: MP3's lowest rate is 8,000 bits. */
    private static final long BYTES_PER_SECOND_MIN = 1_000;

    private static final long TOKENS_AROUND_MAX = 64;
    private static final int WAV_HEADER_BYTES = 36;
    private static final int WAV_HEADER_CHARS = WAV_HEADER_BYTES / 3 * 4;
    private static final int PCM = 1;

    private AudioBound() {}

    /** Of {@code input_audio} with its {@code data} in base 64. */
    static long tokensMax(JsonNode audio) {
        String data = audio.path("data").asText();
        long bytes = data.length() / 4L * 3 + 3;
        return TOKENS_AROUND_MAX + ceil(bytes * TOKENS_PER_SECOND_MAX, bytesPerSecond(data));
    }

    /**
     * What its head says, if that is the usual one of uncompressed sound; whoever plays it does
     * believe it too.
     */
    private static long bytesPerSecond(String data) {
        if (data.length() < WAV_HEADER_CHARS) {
            return BYTES_PER_SECOND_MIN;
        }
        byte[] head;
        try {
            head = Base64.getDecoder().decode(data.substring(0, WAV_HEADER_CHARS));
        } catch (IllegalArgumentException notBase64) {
            return BYTES_PER_SECOND_MIN;
        }
        return Math.max(BYTES_PER_SECOND_MIN, bytesPerSecond(head));
    }

    /** Of the head of a file, if it is the usual one of uncompressed sound; else 0. */
    static long bytesPerSecond(byte[] head) {
        if (head.length < WAV_HEADER_BYTES) {
            return 0;
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (!word(head, 0).equals("RIFF")
                || !word(head, 8).equals("WAVE")
                || !word(head, 12).equals("fmt ")
                || fields.getShort(20) != PCM) {
            return 0;
        }
        long channels = Short.toUnsignedLong(fields.getShort(22));
        long samples = Integer.toUnsignedLong(fields.getInt(24));
        long bits = Short.toUnsignedLong(fields.getShort(34));
        boolean plausible = channels <= 32 && samples <= 768_000 && bits <= 64;
        return plausible ? samples * channels * bits / 8 : 0;
    }

    /** Of sound of a known length. */
    static long tokensMax(long seconds) {
        return TOKENS_AROUND_MAX + seconds * TOKENS_PER_SECOND_MAX;
    }

    private static String word(byte[] head, int at) {
        return new String(head, at, 4, StandardCharsets.US_ASCII);
    }

    private static long ceil(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
