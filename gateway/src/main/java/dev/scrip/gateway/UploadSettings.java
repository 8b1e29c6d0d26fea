package dev.scrip.gateway;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How files that clients upload are kept on disk until their requests are over, and the bounds.
 *
 * @param folder of this process alone
 * @param bytesMax one upload with all its parts; beyond it: 413
 * @param allBytesMax all uploads that stand there together; beyond it: 503
 * @param freeBytesMin what an upload must leave free on the disk; else: 503
 * @param timeMax how long one upload may take; beyond it: 408
 */
public record UploadSettings(
        Path folder, long bytesMax, long allBytesMax, long freeBytesMin, Duration timeMax) {

    public UploadSettings {
        if (bytesMax < 1 || allBytesMax < 1 || freeBytesMin < 0 || !timeMax.isPositive()) {
            throw new IllegalArgumentException("a limit must be positive");
        }
    }

    /** The usual bounds. */
    public static UploadSettings in(Path folder) {
        return new UploadSettings(folder, 64L << 20, 4L << 30, 512L << 20, Duration.ofMinutes(5));
    }
}
