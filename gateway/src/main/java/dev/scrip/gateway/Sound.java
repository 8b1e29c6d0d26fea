package dev.scrip.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long an uploaded piece of sound can be and probably is, in whole seconds, without decoding
 * it.
 *
 * @param secondsMax what money is set aside for
 * @param secondsLikely what is charged where nobody tells
 * @param sure both are what its own head says
 */
record Sound(long secondsMax, long secondsLikely, boolean sure) {

    /**
     * The fewest bytes for a second of the formats that are taken: Opus goes down to 6,000 bits.
     * (MP3 and AAC end at 8,000.) What is compressed further is the operator's loss.
     */
    static final long BYTES_PER_SECOND_MIN = 750;

    /** What is usual: 64,000 bits, as recorders of speech write. */
    static final long BYTES_PER_SECOND_USUAL = 8_000;

    /** OpenAI's models take ten tokens for a second. */
    private static final long TOKENS_PER_SECOND = 10;

    private static final int HEAD_BYTES = 36;

    /** Looks at a file; waits for the disk. */
    static Sound of(Path file, long bytes) {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(HEAD_BYTES), bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException("an uploaded file cannot be read", failed);
        }
    }

    static Sound of(byte[] head, long bytes) {
        long uncompressed = AudioBound.bytesPerSecond(head);
        if (uncompressed > 0) {
            long seconds = Math.max(1, ceil(bytes, uncompressed));
            return new Sound(seconds, seconds, true);
        }
        return new Sound(
                Math.max(1, ceil(bytes, BYTES_PER_SECOND_MIN)),
                Math.max(1, ceil(bytes, BYTES_PER_SECOND_USUAL)),
                false);
    }

    /** The tokens that it probably is, where nobody tells. */
    long tokensLikely() {
        return secondsLikely * TOKENS_PER_SECOND;
    }

    /** The most tokens that it can be. */
    long tokensMax() {
        return AudioBound.tokensMax(secondsMax);
    }

    private static long ceil(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
