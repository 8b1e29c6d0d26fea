package dev.scrip.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL as a child process on loopback, its data in a directory that survives.
 *
 * <p>Commits are durable: {@code fsync} and {@code synchronous_commit} are on. Connections need the
 * password that was made with the data directory and is readable by its owner alone.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "scrip";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final PostgresBinaries binaries;
    private final Path data;
    private final Path log;
    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedPostgres(
            PostgresBinaries binaries,
            Path data,
            Path log,
            Process process,
            int port,
            String password) {
        this.binaries = binaries;
        this.data = data;
        this.log = log;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server, making its data directory first if there is none.
     *
     * @param home the directory that holds everything of it: data, log, password, binaries
     * @param durable false only in tests: no fsync
     * @throws StartFailure with one clear line when it cannot
     */
    public static EmbeddedPostgres start(Path home, boolean durable) {
        return start(home, home.resolve("postgres-binaries"), durable);
    }

    static EmbeddedPostgres start(Path home, Path binariesFolder, boolean durable) {
        try {
            Files.createDirectories(home);
            PostgresBinaries binaries = PostgresBinaries.unpack(binariesFolder);
            Path data = home.resolve("postgres");
            Path secret = home.resolve("postgres.password");
            Path log = home.resolve("postgres.log");
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialize(binaries, data, secret, log);
            }
            stopLeftover(binaries, data);
            String password = Files.readString(secret).strip();
            int port = freePort();
            Process process = binaries.run(log, serverArguments(data, port, durable)).start();
            EmbeddedPostgres server =
                    new EmbeddedPostgres(binaries, data, log, process, port, password);
            server.awaitReady();
            return server;
        } catch (IOException failed) {
            throw new StartFailure(
                    "the embedded PostgreSQL could not be started in " + home + ": " + failed,
                    failed);
        }
    }

    private static void initialize(PostgresBinaries binaries, Path data, Path secret, Path log)
            throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        if (!Files.exists(secret)) {
            Files.createFile(
                    secret,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret, HexFormat.of().formatHex(random));
        }
        int code =
                await(
                        binaries.run(
                                        log,
                                        List.of(
                                                "initdb",
                                                "--pgdata=" + data,
                                                "--username=" + USER,
                                                "--pwfile=" + secret,
                                                "--auth=scram-sha-256",
                                                "--encoding=UTF8",
                                                "--locale=C",
                                                "--data-checksums"))
                                .start());
        if (code != 0) {
            throw new StartFailure("PostgreSQL could not make its data directory: " + tail(log));
        }
    }

    private static List<String> serverArguments(Path data, int port, boolean durable) {
        List<String> arguments =
                new ArrayList<>(List.of("postgres", "-D", data.toString(), "-p", "" + port));
        for (String setting :
                List.of(
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "fsync=" + (durable ? "on" : "off"),
                        "synchronous_commit=" + (durable ? "on" : "off"),
                        "full_page_writes=" + (durable ? "on" : "off"),
                        "timezone=UTC",
                        "log_timezone=UTC",
                        "max_connections=60",
                        "shared_buffers=128MB",
                        "max_wal_size=1GB")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return arguments;
    }

    /** A killed process of ours leaves its server running; a new one must own the data alone. */
    private static void stopLeftover(PostgresBinaries binaries, Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        boolean alive =
                ProcessHandle.of(pid)
                        .flatMap(handle -> handle.info().command())
                        .map(command -> command.endsWith("postgres"))
                        .orElse(false);
        if (alive) {
            await(
                    binaries.run(
                                    data.resolveSibling("postgres.log"),
                                    List.of("pg_ctl", "stop", "-D", "" + data, "-m", "fast", "-w"))
                            .start());
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (var connection =
                    DriverManager.getConnection(address(1).jdbcUrl(), USER, password)) {
                return;
            } catch (SQLException notYet) {
                if (!process.isAlive()) {
                    throw new StartFailure("PostgreSQL did not start: " + tail(log), notYet);
                }
                if (System.nanoTime() > deadline) {
                    close();
                    throw new StartFailure(
                            "PostgreSQL did not answer within "
                                    + START_LIMIT.toSeconds()
                                    + " seconds; its log is "
                                    + log,
                            notYet);
                }
                pause();
            }
        }
    }

    public DatabaseAddress address(int connectionsMax) {
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                USER,
                password,
                connectionsMax);
    }

    /** The server's process, for tests that kill it. */
    public long pid() {
        return process.pid();
    }

    /** Ends the sessions, checkpoints and stops. */
    @Override
    public void close() {
        try {
            await(
                    binaries.run(
                                    log,
                                    List.of("pg_ctl", "stop", "-D", "" + data, "-m", "fast", "-w"))
                            .start());
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            process.destroy();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroy();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int await(Process process) throws IOException {
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("a PostgreSQL tool did not end within 120 seconds");
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    private static String tail(Path log) throws IOException {
        String text = Files.readString(log, StandardCharsets.UTF_8).strip();
        return text.substring(Math.max(0, text.length() - 600));
    }
}
