package dev.scrip.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A format of speech, with the bytes that a second of it usually has: what OpenAI's models write.
 */
enum SpeechFormat {
    MP3("audio/mpeg", 16_000),
    OPUS("audio/ogg", 8_000),
    AAC("audio/aac", 16_000),
    FLAC("audio/flac", 24_000),
    WAV("audio/wav", 48_000),
    PCM("audio/pcm", 48_000);

    /** OpenAI takes 1,250 tokens for a minute of speech. */
    private static final long TOKENS_PER_MINUTE = 1_250;

    private static final long SECONDS_PER_MINUTE = 60;

    static final List<String> WORDS =
            Arrays.stream(values()).map(format -> format.name().toLowerCase(Locale.ROOT)).toList();

    private final String contentType;
    private final long bytesPerSecond;

    SpeechFormat(String contentType, long bytesPerSecond) {
        this.contentType = contentType;
        this.bytesPerSecond = bytesPerSecond;
    }

    static SpeechFormat of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String contentType() {
        return contentType;
    }

    /** The tokens that so many bytes probably are, where nobody tells; begun ones counted. */
    long tokens(long bytes) {
        long perMinute = bytesPerSecond * SECONDS_PER_MINUTE;
        return (bytes * TOKENS_PER_MINUTE + perMinute - 1) / perMinute;
    }
}
