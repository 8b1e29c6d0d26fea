package dev.scrip.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What came of requests: how long the first byte and the whole answer took, in microseconds. */
final class Tally {

    private final Histogram first = histogram();
    private final Histogram whole = histogram();
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

    private static Histogram histogram() {
        return new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    }

    void answered(long firstNanos, long wholeNanos) {
        first.recordValue(Math.max(0, firstNanos) / 1_000);
        whole.recordValue(Math.max(0, wholeNanos) / 1_000);
    }

    void failed(String why) {
        failures.increment();
        firstFailure.compareAndSet(null, why);
    }

    void add(Tally other) {
        first.add(other.first);
        whole.add(other.whole);
        failures.add(other.failures.sum());
        firstFailure.compareAndSet(null, other.firstFailure.get());
    }

    Histogram first() {
        return first;
    }

    Histogram whole() {
        return whole;
    }

    long answers() {
        return whole.getTotalCount();
    }

    /** How many failed; says why the first one did. */
    long failures() {
        String why = firstFailure.get();
        if (why != null) {
            Report.say("  the first of %,d that failed: %s", failures.sum(), why);
        }
        return failures.sum();
    }

    static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }

    /** Three percentiles, for people. */
    static String told(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f, p99 %.2f, p99.9 %.2f ms",
                millis(micros, 50),
                millis(micros, 99),
                millis(micros, 99.9));
    }
}
