package dev.scrip.app;

import dev.scrip.postgres.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder of this process, held for life by a file lock, so that no second process uses it. */
final class DataFolder implements AutoCloseable {

    /**
     * Below this much free space PostgreSQL cannot even begin: refuse with a clear line instead.
     */
    private static final long FREE_BYTES_MIN = 256L << 20;

    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @throws StartFailure when another process has it, or it cannot be written
     */
    static DataFolder claim(Path folder) {
        DataFolder claimed = tryClaim(folder);
        if (claimed == null) {
            throw new StartFailure(
                    "another Scrip is running on the data folder %s; stop it, or set SCRIP_DATA"
                                    .formatted(folder)
                            + " (and SCRIP_PORT) to others");
        }
        return claimed;
    }

    /** Takes the folder; null when another process has it. */
    static @Nullable DataFolder tryClaim(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve("scrip.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                return null;
            }
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < FREE_BYTES_MIN) {
                channel.close();
                throw new StartFailure(
                        "the disk of %s is full (%d MiB free, %d needed): free some space, then"
                                        .formatted(folder, free >> 20, FREE_BYTES_MIN >> 20)
                                + " start again");
            }
            return new DataFolder(channel);
        } catch (AccessDeniedException denied) {
            throw new StartFailure(
                    "the data folder %s cannot be written: give this user the right to, or set"
                                    .formatted(folder)
                            + " SCRIP_DATA",
                    denied);
        } catch (IOException failed) {
            throw new StartFailure(
                    "the data folder %s cannot be used: %s".formatted(folder, failed), failed);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException harmless) {
            // the lock ends with the process in any case
        }
    }
}
