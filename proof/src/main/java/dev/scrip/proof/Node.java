package dev.scrip.proof;

import dev.scrip.postgres.DatabaseAddress;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One process of the packaged program, with a data folder, a port and a wire of its own. */
final class Node implements AutoCloseable {

    private static final Path PROGRAM = Path.of("app", "target", "quarkus-app").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final String name;
    private final Path folder;
    private final int port;
    private final Wire wire;
    private final Map<String, String> settings;
    private final Path output;
    private @Nullable Process process;

    /**
     * @param folder of this process alone
     * @param database PostgreSQL itself; the process reaches it by the wire
     */
    Node(Path folder, String name, DatabaseAddress database, EffectLog upstream, Wire wire) {
        this.name = name;
        this.folder = folder;
        this.port = freePort();
        this.wire = wire;
        this.output = folder.resolveSibling(folder.getFileName() + ".log");
        Path upstreams = folder.resolveSibling(folder.getFileName() + ".upstreams.json");
        write(upstreams, upstream.upstreamsFor(name));
        this.settings =
                Map.of(
                        "SCRIP_NODE", name,
                        "SCRIP_DATA", folder.toString(),
                        "SCRIP_PORT", "" + port,
                        "SCRIP_DATABASE_URL",
                                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(wire.port()),
                        "SCRIP_DATABASE_USER", database.user(),
                        "SCRIP_DATABASE_PASSWORD", database.password(),
                        "SCRIP_UPSTREAMS", upstreams.toString());
    }

    String name() {
        return name;
    }

    Wire wire() {
        return wire;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Starts the program as it is shipped; {@link #awaitStart} waits for it. */
    void launch() {
        launch(List.of("-jar", PROGRAM.resolve("quarkus-run.jar").toString()));
    }

    /** Starts the program with a clock that goes wrong by what a file says. */
    void launchShifted(Path offset) {
        List<String> path = new ArrayList<>();
        for (String part :
                List.of(
                        "quarkus/transformed-bytecode.jar",
                        "quarkus/generated-bytecode.jar",
                        "app/*",
                        "lib/boot/*",
                        "lib/main/*")) {
            path.add(PROGRAM.resolve(part).toString());
        }
        path.add(Path.of("proof", "target", "classes").toAbsolutePath().toString());
        launch(
                List.of(
                        "-cp",
                        String.join(File.pathSeparator, path),
                        ShiftedScrip.class.getName(),
                        offset.toString()));
    }

    private void launch(List<String> what) {
        try {
            Files.createDirectories(folder);
            write(output, ""); // a new log for each life, so that its greeting is its own
            process = builder(what, settings).start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ProcessBuilder builder(List<String> what, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseCompactObjectHeaders",
                        "-Xmx320m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(what);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(setting -> setting.startsWith("SCRIP_"));
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    }

    void awaitStart() throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!text(output).contains("Stop with Ctrl-C")) {
            if (!running().isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(name + " did not start; see " + output);
            }
            Thread.sleep(20);
        }
    }

    /** Starts the program and waits until it serves. */
    void start() throws InterruptedException {
        launch();
        awaitStart();
    }

    /** One command of the program, to its end, on PostgreSQL itself. Returns the exit code. */
    int command(DatabaseAddress database, String... words) throws InterruptedException {
        List<String> what =
                new ArrayList<>(List.of("-jar", PROGRAM.resolve("quarkus-run.jar").toString()));
        what.addAll(List.of(words));
        Map<String, String> direct =
                Map.of(
                        "SCRIP_DATABASE_URL", database.jdbcUrl(),
                        "SCRIP_DATABASE_USER", database.user(),
                        "SCRIP_DATABASE_PASSWORD", database.password());
        try {
            return builder(what, direct).start().waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** {@code kill -9}: no handler runs. */
    void kill() throws InterruptedException {
        running().destroyForcibly();
        running().waitFor();
    }

    /** {@code SIGSTOP}: it takes no further step, and nobody is told. */
    void pause() throws InterruptedException {
        signal("STOP");
    }

    void resume() throws InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws InterruptedException {
        try {
            int code =
                    new ProcessBuilder("kill", "-" + signal, "" + running().pid())
                            .inheritIO()
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new IllegalStateException("no SIG" + signal + " to " + name);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** {@code SIGTERM}: it drains and says so. */
    void stop() throws InterruptedException {
        running().destroy();
        if (!running().waitFor(100, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not stop; see " + output);
        }
    }

    boolean isAlive() {
        Process known = process;
        return known != null && known.isAlive();
    }

    /** Waits until a process serves, or has ended because it may not; true: it serves. */
    boolean awaitStartOrEnd() throws InterruptedException {
        while (running().isAlive()) {
            if (text(output).contains("Stop with Ctrl-C")) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    private Process running() {
        Process known = process;
        if (known == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return known;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        Process known = process;
        if (known != null) {
            known.destroyForcibly();
        }
        wire.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
