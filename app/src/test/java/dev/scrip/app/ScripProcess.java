package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program as a process of its own, on a data folder and a port of its own. */
final class ScripProcess implements AutoCloseable {

    private static final Path PROGRAM = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final int START_SECONDS = 120;

    private final Path data;
    private final int port;
    private final Map<String, String> settings;
    private final Path output;
    private Process process;

    private ScripProcess(
            Path data, int port, Map<String, String> settings, Path output, Process process) {
        this.data = data;
        this.port = port;
        this.settings = settings;
        this.output = output;
        this.process = process;
    }

    /** Starts the program and waits until it has greeted. */
    static ScripProcess start(Path data, Map<String, String> settings) {
        int port = freePort();
        Path output = data.resolveSibling(data.getFileName() + ".out");
        ScripProcess scrip =
                new ScripProcess(
                        data, port, settings, output, launch(data, port, settings, output));
        scrip.awaitGreeting();
        return scrip;
    }

    /** Starts the same installation again, after it was stopped or killed. */
    void startAgain() {
        process = launch(data, port, settings, output);
        awaitGreeting();
    }

    /** Runs one command to its end. */
    static Ended command(Path data, Map<String, String> settings, String... words) {
        try {
            Path out = Files.createTempFile("scrip", ".out");
            Process process = builder(data, freePort(), settings, out, words).start();
            assertThat(process.waitFor(START_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), Files.readString(out));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** How a command ended, and all it wrote. */
    record Ended(int code, String output) {}

    String url() {
        return "http://localhost:" + port;
    }

    int port() {
        return port;
    }

    Path data() {
        return data;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    String operatorPassword() {
        return found("password: (\\S+)");
    }

    String firstKey() {
        return found("Bearer (sk-scrip-\\w+)");
    }

    /** The line of the greeting that works as it stands. */
    String curlLine() {
        return found("(?m)^(curl .*)$");
    }

    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** {@code kill -9}: no handler runs. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** {@code SIGTERM}; returns the exit code. */
    int stop() {
        process.destroy();
        awaitEnd();
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    private String found(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output());
        assertThat(matcher.find()).as(pattern + " in " + output()).isTrue();
        return matcher.group(1);
    }

    private void awaitGreeting() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!output().contains("Stop with Ctrl-C")) {
            assertThat(process.isAlive()).as("ended while starting: " + output()).isTrue();
            assertThat(System.nanoTime()).as(output()).isLessThan(deadline);
            pause();
        }
    }

    private void awaitEnd() {
        try {
            assertThat(process.waitFor(START_SECONDS, TimeUnit.SECONDS)).as(output()).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Process launch(Path data, int port, Map<String, String> settings, Path output) {
        try {
            Files.createDirectories(data);
            Files.writeString(output, "");
            return builder(data, port, settings, output).start();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ProcessBuilder builder(
            Path data, int port, Map<String, String> settings, Path output, String... words) {
        assertThat(PROGRAM).as("the packaged program: run make build").exists();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-jar");
        command.add(PROGRAM.toAbsolutePath().toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SCRIP_"));
        builder.environment().put("SCRIP_DATA", data.toString());
        builder.environment().put("SCRIP_PORT", "" + port);
        builder.environment().putAll(settings);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
