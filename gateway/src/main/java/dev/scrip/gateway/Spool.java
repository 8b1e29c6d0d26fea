package dev.scrip.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where uploaded files stand until their requests are over: a folder of this process alone, with a
 * bound on all of them together. What a process that was killed has left is removed when the next
 * one starts.
 */
final class Spool {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final String PREFIX = "upload-";

    private final UploadSettings settings;
    private final AtomicLong bytes = new AtomicLong();

    private Spool(UploadSettings settings) {
        this.settings = settings;
    }

    /** Takes the folder and empties it; waits for the disk. */
    static Spool open(UploadSettings settings) {
        try {
            Files.createDirectories(settings.folder());
            int left = 0;
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(settings.folder(), PREFIX + "*")) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                    left++;
                }
            }
            if (left > 0) {
                LOG.info("{} uploaded files of a process that ended early are removed", left);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "the folder of uploads cannot be used: " + settings.folder(), failed);
        }
        return new Spool(settings);
    }

    UploadSettings settings() {
        return settings;
    }

    /** A file that is not there yet. */
    Path newFile() {
        return settings.folder().resolve(PREFIX + UUID.randomUUID());
    }

    /** Whether the disk has room for one more upload of any size; waits for the disk. */
    boolean hasRoom() throws IOException {
        long free = Files.getFileStore(settings.folder()).getUsableSpace();
        return free - settings.bytesMax() >= settings.freeBytesMin();
    }

    /** Room for a part of an upload; false: all uploads together would be too large. */
    boolean take(long more) {
        if (bytes.addAndGet(more) > settings.allBytesMax()) {
            give(more);
            return false;
        }
        return true;
    }

    void give(long less) {
        bytes.addAndGet(-less);
    }
}
