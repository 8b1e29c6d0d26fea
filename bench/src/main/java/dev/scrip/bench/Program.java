package dev.scrip.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of a measurement, with its output. */
final class Program implements AutoCloseable {

    private static final int LIMIT_SECONDS = 180;

    private final Process process;
    private final Path output;
    private final int port;

    private Program(ProcessBuilder builder, int port) {
        try {
            this.output = Files.createTempFile("scrip-bench", ".out");
            this.process =
                    builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
            this.port = port;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The product, by the script that {@code make run} uses. */
    static Program scrip(Path data, Map<String, String> settings) {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder("tools/run");
        builder.environment().keySet().removeIf(name -> name.startsWith("SCRIP_"));
        builder.environment().put("SCRIP_DATA", data.toString());
        builder.environment().put("SCRIP_PORT", "" + port);
        builder.environment().putAll(settings);
        return new Program(builder, port);
    }

    /** A class of this module, in a small process. */
    static Program java(Class<?> main, String... arguments) {
        return java(main, List.of("-Xmx512m"), arguments);
    }

    /** A class of this module, with the options that the product is started with. */
    static Program javaAsShipped(Class<?> main, String... arguments) {
        List<String> options = new ArrayList<>(shippedOptions());
        options.add("-Dslf4j.provider=" + LineLogs.class.getName());
        return java(main, options, arguments);
    }

    private static List<String> shippedOptions() {
        try {
            Process told = new ProcessBuilder("tools/java-options").start();
            return new String(told.getInputStream().readAllBytes(), UTF_8).lines().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** It gets a port to listen on as its first argument. */
    private static Program java(Class<?> main, List<String> options, String... arguments) {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(options);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add("" + port);
        command.addAll(List.of(arguments));
        return new Program(new ProcessBuilder(command), port);
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Waits until the output holds a pattern and returns its first group. */
    String awaitOutput(String pattern) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            Matcher matcher = Pattern.compile(pattern).matcher(text());
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("no " + pattern + " in: " + text());
            }
            pause();
        }
    }

    /** Calls until a call is answered. */
    void awaitAnswer(String key, String model) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        """
                                        {"model":"%s","max_tokens":5,
                                         "messages":[{"role":"user","content":"Hello!"}]}"""
                                                .formatted(model)))
                        .build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!answered(client, request)) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("no answer: " + text());
                }
                pause();
            }
        }
    }

    private static boolean answered(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** What the process itself has had of the processors, PostgreSQL apart. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What the processes that it has started and that still run have had: PostgreSQL's. */
    Duration processorTimeBelow() {
        return process.descendants()
                .flatMap(below -> below.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** The bytes of all objects that are in use, after a full collection. */
    long liveBytes() {
        try {
            Process histogram =
                    new ProcessBuilder(tool("jcmd"), "" + process.pid(), "GC.class_histogram")
                            .redirectErrorStream(true)
                            .start();
            String told = new String(histogram.getInputStream().readAllBytes(), UTF_8);
            Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(told);
            if (!total.find()) {
                throw new IllegalStateException("no total in: " + told);
            }
            return Long.parseLong(total.group(1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Resident memory of the process itself, PostgreSQL apart. */
    double residentMebibytes() {
        try (var lines = Files.lines(Path.of("/proc", "" + process.pid(), "status"))) {
            String line = lines.filter(text -> text.startsWith("VmRSS")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
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

    private String text() {
        try {
            return Files.readString(output);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(output);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
