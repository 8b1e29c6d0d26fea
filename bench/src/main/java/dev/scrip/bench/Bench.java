package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every measure of {@code make bench}, each in one run with what it is compared with. Ends with one
 * line per measure: name, value, unit, target or {@code -}, {@code ok} or {@code short}.
 */
final class Bench {

    private static final int CONNECTIONS = 256;
    private static final int WARM_UP_SECONDS = 5;
    private static final int SECONDS = 8;
    private static final int ROUNDS = 3;
    private static final String MODEL = "gpt-4o-mini";

    private final List<String> lines = new ArrayList<>();

    private Bench() {}

    public static void main(String[] arguments) throws IOException {
        Bench bench = new Bench();
        Path folder = Files.createTempDirectory("scrip-bench");
        System.out.println(
                "measuring; load, relay, upstream and PostgreSQL share "
                        + Runtime.getRuntime().availableProcessors()
                        + " cores");
        bench.starts(folder.resolve("starts"));
        bench.relay(folder.resolve("relay"));
        bench.lines.forEach(System.out::println);
        System.exit(0);
    }

    /** From the command to the first answered call. */
    private void starts(Path data) throws IOException {
        long began = System.nanoTime();
        String key;
        try (Program scrip = Program.scrip(data, Map.of())) {
            key = scrip.awaitOutput("Bearer (sk-scrip-\\w+)");
            scrip.awaitAnswer(key, "scrip-demo");
            line("start_first", seconds(began), "s", 20, true);
        }
        began = System.nanoTime();
        try (Program scrip = Program.scrip(data, Map.of())) {
            scrip.awaitOutput("(Stop with Ctrl-C)");
            scrip.awaitAnswer(key, "scrip-demo");
            line("start_later", seconds(began), "s", 10, true);
            line("memory_at_rest", scrip.residentMebibytes(), "MiB", 0, true);
        }
    }

    /** Requests through the gateway, all of it on, against the same relay without charging. */
    private void relay(Path data) throws IOException {
        try (Program upstream = Program.java("dev.scrip.bench.FastUpstream")) {
            String upstreamPort = upstream.awaitOutput("port (\\d+)");
            int plainPort = Program.freePort();
            Path upstreams = data.resolveSibling("upstreams.json");
            Files.writeString(
                    upstreams,
                    """
                    {"upstreams":[{"name":"fast","kind":"openai","base_url":"http://127.0.0.1:%s/v1",
                      "models":{"%s":"%s"}}]}"""
                            .formatted(upstreamPort, MODEL, MODEL));
            Map<String, String> settings =
                    Map.of("SCRIP_UPSTREAMS", upstreams.toString(), "SCRIP_TRIAL_AMOUNT", "100000");
            try (Program plain =
                            Program.java(
                                    "dev.scrip.bench.PlainRelay", "" + plainPort, upstreamPort);
                    Program scrip = Program.scrip(data, settings)) {
                plain.awaitOutput("(ready)");
                String key = scrip.awaitOutput("Bearer (sk-scrip-\\w+)");
                scrip.awaitAnswer(key, MODEL);
                compare("http://127.0.0.1:" + plainPort, scrip, key);
            }
        }
    }

    private void compare(String plainUrl, Program scrip, String key) {
        double[] ratios = new double[ROUNDS];
        double[] governed = new double[ROUNDS];
        long failures = 0;
        // Round 0 is for the compilers of both and is not counted.
        for (int round = 0; round <= ROUNDS; round++) {
            Measured plain = load(plainUrl, key);
            Measured ours = load(scrip.url(), key);
            if (round > 0) {
                governed[round - 1] = ours.perSecond();
                ratios[round - 1] = ours.perSecond() / plain.perSecond();
            }
            failures += ours.failures() + plain.failures();
            System.out.printf(
                    Locale.ROOT,
                    "round %d: plain %.0f/s (p50 %d µs, p99 %d µs), governed %.0f/s (p50 %d µs, p99"
                            + " %d µs)%n",
                    round,
                    plain.perSecond(),
                    plain.p50(),
                    plain.p99(),
                    ours.perSecond(),
                    ours.p50(),
                    ours.p99());
        }
        line("governed_requests", median(governed), "1/s", 0, false);
        line("governed_per_plain", median(ratios), "ratio", 0.6, false);
        line("failed_requests", (double) failures, "requests", 0, true);
        line("memory_under_load", scrip.residentMebibytes(), "MiB", 0, true);
    }

    private record Measured(double perSecond, long failures, long p50, long p99) {}

    private static Measured load(String url, String key) {
        try (Program driver =
                Program.java(
                        "dev.scrip.bench.Load",
                        url,
                        key,
                        MODEL,
                        "" + CONNECTIONS,
                        "" + WARM_UP_SECONDS,
                        "" + SECONDS)) {
            String[] numbers = driver.awaitOutput("(?m)^(\\d+ \\d+ \\d+ \\d+)$").split(" ", 4);
            return new Measured(
                    Double.parseDouble(numbers[0]),
                    Long.parseLong(numbers[1]),
                    Long.parseLong(numbers[2]),
                    Long.parseLong(numbers[3]));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Adds a measure; a target of 0 is none, but for counts of failures, which must be 0. */
    private void line(String name, double value, String unit, double target, boolean lessIsBetter) {
        boolean counted = unit.equals("requests");
        boolean met =
                counted
                        ? value == 0
                        : target == 0 || (lessIsBetter ? value <= target : value >= target);
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%-20s %12.2f %-8s %8s %s",
                        name,
                        value,
                        unit,
                        target == 0 && !counted ? "-" : String.format(Locale.ROOT, "%.2f", target),
                        met ? "ok" : "short"));
    }
}
