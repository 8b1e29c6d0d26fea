package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Requests through the gateway, all of it on, against the same relay without charging. */
final class GatewayBench {

    private static final int CONNECTIONS = 256;
    private static final int WARM_UP_SECONDS = 5;
    private static final int SECONDS = 8;
    private static final int ROUNDS = 3;
    private static final String MODEL = "gpt-4o-mini";

    private GatewayBench() {}

    private record Measured(double perSecond, long failures, long p50, long p99) {}

    static void measure(Path folder, Report report) throws IOException {
        try (Program upstream = Program.java("dev.scrip.bench.FastUpstream")) {
            String upstreamPort = upstream.awaitOutput("port (\\d+)");
            int plainPort = Program.freePort();
            Path upstreams = folder.resolve("upstreams.json");
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
                    Program scrip = Program.scrip(folder.resolve("data"), settings)) {
                String _ = plain.awaitOutput("(ready)");
                String key = scrip.awaitOutput("Bearer (sk-scrip-\\w+)");
                scrip.awaitAnswer(key, MODEL);
                compare("http://127.0.0.1:" + plainPort, scrip, key, report);
            }
        }
    }

    private static void compare(String plainUrl, Program scrip, String key, Report report) {
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
            Report.say(
                    "round %d: plain %.0f/s (p50 %d µs, p99 %d µs), governed %.0f/s (p50 %d µs, p99"
                            + " %d µs)",
                    round,
                    plain.perSecond(),
                    plain.p50(),
                    plain.p99(),
                    ours.perSecond(),
                    ours.p50(),
                    ours.p99());
        }
        report.plain("governed_requests", Report.median(governed), "1/s");
        report.atLeast("governed_per_plain", Report.median(ratios), "ratio", 0.6);
        report.atMost("failed_requests", (double) failures, "requests", 0);
        report.plain("memory_under_load", scrip.residentMebibytes(), "MiB");
    }

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
}
