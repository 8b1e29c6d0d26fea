package dev.scrip.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What was measured, as tables in Markdown: one line per measure with name, value, unit, aim and
 * {@code met} or {@code short}; and one line per way that requests took, with percentiles.
 */
final class Report {

    private final List<String> measures = new ArrayList<>();
    private final List<String> ways = new ArrayList<>();

    /** A measure that has no aim. */
    void plain(String name, double value, String unit) {
        add(name, value, unit, "", "");
    }

    /** A measure that should be as great as its aim. */
    void atLeast(String name, double value, String unit, double aim) {
        add(name, value, unit, "at least " + number(aim), met(value >= aim));
    }

    /** A measure that should not be greater than its aim. */
    void atMost(String name, double value, String unit, double aim) {
        add(name, value, unit, "at most " + number(aim), met(value <= aim));
    }

    /**
     * How long requests took one way.
     *
     * @param processor time of the process that is measured, for each request
     * @param database time of PostgreSQL, for each request
     */
    void way(
            String name,
            double perSecond,
            Histogram micros,
            Duration processor,
            Duration database) {
        ways.add(
                String.format(
                        Locale.ROOT,
                        "| %s | %,.0f | %.2f | %.2f | %.2f | %s | %s |",
                        name,
                        perSecond,
                        Tally.millis(micros, 50),
                        Tally.millis(micros, 99),
                        Tally.millis(micros, 99.9),
                        micros(processor),
                        micros(database)));
    }

    private static String micros(Duration time) {
        return time.isZero() ? "" : String.format(Locale.ROOT, "%.0f", time.toNanos() / 1e3);
    }

    /** Says how things stand while measuring. */
    static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    void print() {
        say("");
        say("%s", machine());
        if (!ways.isEmpty()) {
            say("");
            say("| way | requests/s | p50 ms | p99 ms | p99.9 ms | its CPU µs | PostgreSQL's µs |");
            say("| --- | --: | --: | --: | --: | --: | --: |");
            ways.forEach(System.out::println);
        }
        say("");
        say("| measure | value | unit | aim | |");
        say("| --- | --: | --- | --- | --- |");
        measures.forEach(System.out::println);
    }

    /** On what it was measured. */
    private static String machine() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %.0f GiB, Linux %s, Java %s",
                line("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", ""))
                        / 1024.0
                        / 1024.0,
                System.getProperty("os.version"),
                Runtime.version().feature());
    }

    private static String line(String file, String name) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("0");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String met(boolean is) {
        return is ? "met" : "short";
    }

    private void add(String name, double value, String unit, String aim, String met) {
        measures.add(
                String.format(
                        Locale.ROOT, "| %s | %,.2f | %s | %s | %s |", name, value, unit, aim, met));
    }
}
