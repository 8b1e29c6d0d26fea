package dev.scrip.bench;

import java.nio.file.Path;
import java.util.Map;

/** From the command to the first answered call, and what the program then takes of memory. */
final class StartBench {

    private StartBench() {}

    static void measure(Path folder, Report report) {
        Path data = folder.resolve("data");
        long began = System.nanoTime();
        String key;
        try (Program scrip = Program.scrip(data, Map.of())) {
            key = scrip.awaitOutput("Bearer (sk-scrip-\\w+)");
            scrip.awaitAnswer(key, "scrip-demo");
            report.atMost("start_first", Report.secondsSince(began), "s", 20);
        }
        began = System.nanoTime();
        try (Program scrip = Program.scrip(data, Map.of())) {
            String _ = scrip.awaitOutput("(Stop with Ctrl-C)");
            scrip.awaitAnswer(key, "scrip-demo");
            report.atMost("start_later", Report.secondsSince(began), "s", 10);
            report.plain("memory_at_rest", scrip.residentMebibytes(), "MiB");
        }
    }
}
