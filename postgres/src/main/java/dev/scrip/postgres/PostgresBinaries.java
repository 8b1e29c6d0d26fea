package dev.scrip.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The server's programs, unpacked once from the artifact of this platform. */
record PostgresBinaries(Path folder) {

    private static final String COMPLETE = ".complete";

    /** Unpacks into a folder, unless a whole copy is there already. */
    static PostgresBinaries unpack(Path folder) throws IOException {
        PostgresBinaries binaries = new PostgresBinaries(folder);
        if (Files.exists(folder.resolve(COMPLETE))) {
            return binaries;
        }
        String archive = "/postgres-linux-" + architecture() + ".txz";
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
            if (packed == null) {
                throw new StartFailure(
                        "no embedded PostgreSQL for this processor ("
                                + System.getProperty("os.arch")
                                + "); set SCRIP_DATABASE_URL to a PostgreSQL of your own");
            }
            untar(
                    new TarArchiveInputStream(
                            new XZCompressorInputStream(new BufferedInputStream(packed))),
                    folder);
        }
        Files.createFile(folder.resolve(COMPLETE));
        return binaries;
    }

    /** A command of this server, its output appended to a log. */
    ProcessBuilder run(Path log, List<String> command) {
        // In a session of its own: Ctrl-C in a terminal is for us alone, and we stop the server
        // after what runs has been settled.
        List<String> words = new ArrayList<>(List.of("setsid"));
        if ("root".equals(System.getProperty("user.name"))) {
            // PostgreSQL refuses to run as root; a user namespace makes it nobody, with our files.
            words.addAll(List.of("unshare", "--user"));
        }
        words.add(folder.resolve("bin").resolve(command.getFirst()).toString());
        words.addAll(command.subList(1, command.size()));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    /** Waits for a tool that ends by itself and returns its exit code. */
    static int await(Process tool) throws IOException {
        try {
            if (!tool.waitFor(120, TimeUnit.SECONDS)) {
                tool.destroyForcibly();
                throw new IOException("a PostgreSQL tool did not end within 120 seconds");
            }
            return tool.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    private static void untar(TarArchiveInputStream tar, Path folder) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
            Path target = folder.resolve(entry.getName()).normalize();
            if (!target.startsWith(folder)) {
                throw new IOException("archive entry outside its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(target.getParent());
                Files.deleteIfExists(target);
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.createDirectories(target.getParent());
                Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                if ((entry.getMode() & 0100) != 0) {
                    Files.setPosixFilePermissions(target, Set.of(PosixFilePermission.values()));
                }
            }
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "unknown";
        };
    }
}
