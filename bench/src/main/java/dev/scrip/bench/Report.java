package dev.scrip.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What was measured: one line per measure with name, value, unit, target or {@code -}, {@code ok}
 * or {@code short}.
 */
final class Report {

    private final List<String> lines = new ArrayList<>();

    /** A measure that has no target. */
    void plain(String name, double value, String unit) {
        add(name, value, unit, "-", true);
    }

    /** A measure that should be as great as its target. */
    void atLeast(String name, double value, String unit, double target) {
        add(name, value, unit, number(target), value >= target);
    }

    /** A measure that should not be greater than its target. */
    void atMost(String name, double value, String unit, double target) {
        add(name, value, unit, number(target), value <= target);
    }

    /** Says how things stand while measuring. */
    static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    void print() {
        lines.forEach(System.out::println);
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

    private void add(String name, double value, String unit, String target, boolean met) {
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%-24s %12.2f %-8s %10s %s",
                        name,
                        value,
                        unit,
                        target,
                        met ? "ok" : "short"));
    }
}
