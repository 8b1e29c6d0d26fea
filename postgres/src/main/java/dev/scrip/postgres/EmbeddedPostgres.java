package dev.scrip.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL as a child process on loopback, its data in a directory that survives.
 *
 * <p>Commits are durable: {@code fsync} and {@code synchronous_commit} are on. Connections need the
 * password that was made with the data directory and is readable by its owner alone. A server that
 * dies is started again at the same port.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    /** A server that dies this often in a row needs a person. */
    private static final int RESTARTS_MAX = 20;

    private final PostgresBinaries binaries;
    private final PostgresFiles files;
    private final int port;
    private final boolean durable;
    private volatile Process process;
    private volatile boolean closing;

    private EmbeddedPostgres(PostgresBinaries binaries, PostgresFiles files, boolean durable)
            throws IOException {
        this.binaries = binaries;
        this.files = files;
        this.durable = durable;
        this.port = freePort();
        this.process = launch();
    }

    /**
     * Starts the server, making its data directory first if there is none.
     *
     * @param home the directory that holds everything of it: data, log, password, binaries
     * @param durable false only in tests: no fsync
     * @throws StartFailure with one clear line when it cannot
     */
    public static EmbeddedPostgres start(Path home, boolean durable) {
        PostgresFiles files = new PostgresFiles(home);
        try {
            Files.createDirectories(home);
            PostgresBinaries binaries = PostgresBinaries.unpack(files.binaries());
            files.prepareLog();
            if (!Files.exists(files.data())) {
                files.initialize(binaries);
            }
            files.refuseOtherVersion();
            stopLeftover(binaries, files);
            EmbeddedPostgres server = new EmbeddedPostgres(binaries, files, durable);
            server.awaitReady();
            server.watch();
            return server;
        } catch (IOException failed) {
            throw files.explain("the embedded PostgreSQL could not be started", failed);
        }
    }

    /** Where the server of a home can be reached, if it runs, for commands beside it. */
    public static Optional<DatabaseAddress> running(Path home, int connectionsMax) {
        PostgresFiles files = new PostgresFiles(home);
        try {
            List<String> lines = Files.readAllLines(files.pidFile());
            boolean ready = lines.size() >= 8 && lines.get(7).strip().equals("ready");
            if (!ready || !isServer(Long.parseLong(lines.getFirst().strip()))) {
                return Optional.empty();
            }
            int port = Integer.parseInt(lines.get(3).strip());
            return Optional.of(files.address(port, connectionsMax));
        } catch (NoSuchFileException stopped) {
            return Optional.empty();
        } catch (IOException failed) {
            throw files.explain("the embedded PostgreSQL cannot be found", failed);
        }
    }

    /** Where the server is reached; the same for its whole life, restarts included. */
    public DatabaseAddress address(int connectionsMax) {
        try {
            return files.address(port, connectionsMax);
        } catch (IOException failed) {
            throw files.explain("its password cannot be read", failed);
        }
    }

    /** The server's process, for tests that kill it. */
    public long pid() {
        return process.pid();
    }

    /** Stops watching, as when this process is killed: for tests of what comes after. */
    void abandon() {
        closing = true;
    }

    private Process launch() throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of("postgres", "-D", files.data().toString(), "-p", "" + port));
        String safe = durable ? "on" : "off";
        for (String setting :
                List.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "fsync=" + safe,
                        "synchronous_commit=" + safe,
                        "full_page_writes=" + safe,
                        "timezone=UTC",
                        "log_timezone=UTC",
                        "max_connections=60",
                        "shared_buffers=128MB",
                        "max_wal_size=1GB")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return binaries.run(files.log(), arguments).start();
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            DatabaseAddress address = files.address(port, 1);
            try (var connection =
                    DriverManager.getConnection(
                            address.jdbcUrl(), address.user(), address.password())) {
                return;
            } catch (SQLException notYet) {
                if (!process.isAlive()) {
                    throw files.explain("PostgreSQL did not start", notYet);
                }
                if (System.nanoTime() > deadline) {
                    close();
                    throw new StartFailure(
                            "PostgreSQL did not answer within %d seconds; its log is %s"
                                    .formatted(START_LIMIT.toSeconds(), files.log()),
                            notYet);
                }
                pause(Duration.ofMillis(50));
            }
        }
    }

    /** Starts a server that died again, until it is closed. */
    private void watch() {
        Thread.ofVirtual()
                .name("postgres-watch")
                .start(
                        () -> {
                            try {
                                for (int restarts = 0; restarts < RESTARTS_MAX; restarts++) {
                                    process.waitFor();
                                    if (closing) {
                                        return;
                                    }
                                    LOG.error(
                                            "PostgreSQL ended by itself; starting it again (its log"
                                                    + " is {})",
                                            files.log());
                                    Thread.sleep(RETRY_PAUSE);
                                    process = launch();
                                }
                                LOG.error("PostgreSQL keeps ending; see {}", files.log());
                            } catch (IOException failed) {
                                LOG.error("PostgreSQL cannot be started again", failed);
                            } catch (InterruptedException interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /** Ends the sessions, checkpoints and stops. */
    @Override
    public void close() {
        closing = true;
        try {
            stop(binaries, files);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            LOG.warn("PostgreSQL could not be told to stop; it is ended", failed);
            process.destroy();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroy();
        }
    }

    /** A killed process of ours leaves its server running; a new one must own the data alone. */
    private static void stopLeftover(PostgresBinaries binaries, PostgresFiles files)
            throws IOException {
        try {
            String pid = Files.readAllLines(files.pidFile()).getFirst().strip();
            if (isServer(Long.parseLong(pid))) {
                stop(binaries, files);
            }
        } catch (NoSuchFileException stoppedInOrder) {
            // nothing is left over
        }
    }

    private static boolean isServer(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().command())
                .filter(command -> command.endsWith("/postgres"))
                .isPresent();
    }

    private static void stop(PostgresBinaries binaries, PostgresFiles files) throws IOException {
        List<String> command =
                List.of("pg_ctl", "stop", "-D", files.data().toString(), "-m", "fast", "-w");
        PostgresBinaries.await(binaries.run(files.log(), command).start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }
}
