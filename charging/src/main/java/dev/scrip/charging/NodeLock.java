package dev.scrip.charging;

import dev.scrip.postgres.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive lock of a node's file, held for life. The operating system gives it up only when
 * the process has ended, so that whoever takes it has proof that its predecessor can take no
 * further step. The file is opened once in a process: closing any other channel to it would give
 * the lock up.
 */
final class NodeLock implements AutoCloseable {

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Random bytes of a lock file's identity, twice as many characters in it. */
    private static final int IDENTITY_BYTES = 8;

    private final Path file;
    private final FileChannel channel;
    private final String identity;

    private NodeLock(Path file, FileChannel channel, String identity) {
        this.file = file;
        this.channel = channel;
        this.identity = identity;
    }

    /**
     * @throws StartFailure when another process holds it, or the file cannot be made
     */
    static NodeLock take(Path lockFile) {
        Path file = lockFile.toAbsolutePath().normalize();
        if (!HELD.add(file)) {
            throw taken(file);
        }
        boolean held = false;
        try {
            NodeLock lock = open(file);
            held = true;
            return lock;
        } catch (IOException failed) {
            throw new StartFailure("the lock file " + file + " cannot be used: " + failed, failed);
        } finally {
            if (!held) {
                HELD.remove(file);
            }
        }
    }

    private static NodeLock open(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw taken(file);
        }
        return new NodeLock(file, channel, identify(channel));
    }

    /** What the file says of itself; a new one is given its identity for ever. */
    private static String identify(FileChannel channel) throws IOException {
        int length = 2 * IDENTITY_BYTES;
        ByteBuffer written = ByteBuffer.allocate(length);
        if (channel.size() == length && channel.read(written, 0) == length) {
            return new String(written.array(), StandardCharsets.US_ASCII);
        }
        byte[] random = new byte[IDENTITY_BYTES];
        new SecureRandom().nextBytes(random);
        String identity = HexFormat.of().formatHex(random);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(identity.getBytes(StandardCharsets.US_ASCII)), 0);
        channel.force(true);
        return identity;
    }

    /**
     * The name that a node's processes go by in the ledger: with the identity of the very file that
     * each held. A process elsewhere with the same name has locked another file, which proves
     * nothing about this one.
     */
    String place(String node) {
        return node + "/" + identity;
    }

    private static StartFailure taken(Path file) {
        return new StartFailure(
                "another process of this node is running: it holds the lock file " + file);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            HELD.remove(file);
        }
    }
}
