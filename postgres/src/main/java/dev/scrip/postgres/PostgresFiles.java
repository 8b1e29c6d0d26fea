package dev.scrip.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The files of an embedded server, and what they tell about a start that failed. */
record PostgresFiles(Path home) {

    /** The major version of the binaries; a data directory of another one cannot be used. */
    private static final String MAJOR = "18";

    private static final String USER = "scrip";

    Path data() {
        return home.resolve("postgres");
    }

    Path binaries() {
        return home.resolve("postgres-binaries-" + MAJOR);
    }

    Path log() {
        return home.resolve("postgres.log");
    }

    Path pidFile() {
        return data().resolve("postmaster.pid");
    }

    private Path previousLog() {
        return home.resolve("postgres.previous.log");
    }

    private Path secret() {
        return home.resolve("postgres.password");
    }

    DatabaseAddress address(int port, int connectionsMax) throws IOException {
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                USER,
                Files.readString(secret()).strip(),
                connectionsMax);
    }

    /** A new log for each start, so that what it tells is about this one. */
    void prepareLog() throws IOException {
        if (Files.exists(log())) {
            Files.move(log(), previousLog(), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createFile(log());
    }

    /**
     * Makes the data directory: beside its place first, so that a process that is killed here
     * leaves nothing half made.
     */
    void initialize(PostgresBinaries binaries) throws IOException {
        Path unfinished = home.resolve("postgres.unfinished");
        deleteTree(unfinished);
        if (!Files.exists(secret())) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Files.createFile(
                    secret(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret(), HexFormat.of().formatHex(random));
        }
        List<String> command =
                List.of(
                        "initdb",
                        "--pgdata=" + unfinished,
                        "--username=" + USER,
                        "--pwfile=" + secret(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--data-checksums");
        int code = PostgresBinaries.await(binaries.run(log(), command).start());
        if (code != 0) {
            throw new IOException("initdb ended with " + code);
        }
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    void refuseOtherVersion() throws IOException {
        Path file = data().resolve("PG_VERSION");
        if (!Files.exists(file)) {
            throw new StartFailure(
                    "the data directory %s is damaged (no PG_VERSION): restore it from a backup, or"
                                    .formatted(data())
                            + " set SCRIP_DATA to another folder");
        }
        String version = Files.readString(file).strip();
        if (!version.equals(MAJOR)) {
            throw new StartFailure(
                    ("the data directory %s is of PostgreSQL %s, this program brings %s: upgrade it"
                                    + " with pg_upgrade, or run PostgreSQL %s yourself and set"
                                    + " SCRIP_DATABASE_URL")
                            .formatted(data(), version, MAJOR, version));
        }
    }

    /** One clear line out of what PostgreSQL wrote. */
    StartFailure explain(String what, Exception cause) {
        String reason = lastComplaint();
        String everything = reason + " " + cause.getMessage();
        if (everything.contains("No space left on device")) {
            return new StartFailure(
                    "the disk of %s is full: free some space, then start again".formatted(home),
                    cause);
        }
        if (reason.isEmpty()) {
            return new StartFailure("%s in %s: %s".formatted(what, home, cause), cause);
        }
        return new StartFailure(
                ("%s in %s: %s. If the data directory is damaged, restore it from a backup; the"
                                + " whole log is %s")
                        .formatted(what, home, reason, log()),
                cause);
    }

    private String lastComplaint() {
        try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.matches(".*(FATAL|PANIC|error|could not).*"))
                    .reduce((_, last) -> last)
                    .map(String::strip)
                    .orElse("");
        } catch (IOException noLog) {
            return "";
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
