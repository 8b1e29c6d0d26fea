package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Every measure of {@code make bench}, or the sections that are named, each in one run with what it
 * is compared with. Ends with the {@link Report}.
 */
final class Bench {

    /** Measures something into the report; the folder is its own. */
    interface Section {
        void measure(Path folder, Report report) throws Exception;
    }

    private static final Map<String, Section> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("hold", HoldBenchmark::measure);
        SECTIONS.put("settlement", SettlementBench::measure);
        SECTIONS.put("ledger", LedgerBench::measure);
        SECTIONS.put("commit", CommitBench::measure);
        SECTIONS.put("wallets", WalletsBench::measure);
        SECTIONS.put("start", StartBench::measure);
        SECTIONS.put("gateway", GatewayBench::measure);
        SECTIONS.put("streams", StreamsBench::measure);
        SECTIONS.put("prompt", PromptBench::measure);
        SECTIONS.put("soak", SoakBench::measure);
    }

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> chosen = new ArrayList<>(List.of(arguments));
        if (chosen.isEmpty()) {
            chosen.addAll(SECTIONS.keySet());
            chosen.remove("soak"); // too long for what is asked for in passing
        }
        if (!SECTIONS.keySet().containsAll(chosen)) {
            System.err.println("sections are " + String.join(", ", SECTIONS.keySet()));
            System.exit(2);
        }
        Report.say(
                "measuring %s; whatever takes part shares %d cores",
                String.join(", ", chosen), Runtime.getRuntime().availableProcessors());
        Logger.getLogger("").setLevel(Level.WARNING);
        Report report = new Report();
        boolean whole = true;
        for (String name : chosen) {
            whole &= measure(name, report);
        }
        report.print();
        System.exit(whole ? 0 : 1);
    }

    /** False when it could not be measured, which is no reason to lose what the others tell. */
    private static boolean measure(String name, Report report) throws IOException {
        Section section = SECTIONS.get(name);
        if (section == null) {
            throw new IllegalArgumentException(name);
        }
        long began = System.nanoTime();
        Path folder = Files.createTempDirectory("scrip-bench-" + name);
        boolean measured = false;
        try {
            section.measure(folder, report);
            measured = true;
        } catch (Exception failed) {
            Report.say("%s could not be measured: %s", name, failed);
        } finally {
            delete(folder);
        }
        Report.say("%s took %.0f s", name, Report.secondsSince(began));
        return measured;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
