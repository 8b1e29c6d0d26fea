package dev.scrip.organizations;

import java.math.BigInteger;

/**
 * One unit of one limit, with its bucket.
 *
 * @param max in a period
 * @param burst how long what may pass at once takes to refill, in nanoseconds
 */
record Bound(RateLimit limit, RateUnit unit, long max, long burst, Meter meter) {

    /** More than this in one piece is more than anybody waits for. */
    private static final long PERIODS_MAX = 20;

    private long period() {
        return unit.period().toNanos();
    }

    /** The time in which this much refills, in nanoseconds. */
    long cost(long units) {
        long periods = units / max;
        return periods >= PERIODS_MAX
                ? PERIODS_MAX * period()
                : periods * period() + timesOver(units % max, period(), max, true);
    }

    /** What may pass at once when nothing is used; at least one. */
    long capacity() {
        return Math.max(1, units(burst));
    }

    /** What may pass at once now. */
    long remaining(long now) {
        long used = meter.used(now);
        return used == 0 ? capacity() : Math.max(0, units(burst - used));
    }

    long used(long now) {
        return timesOver(meter.used(now), max, period(), true);
    }

    private long units(long nanos) {
        return nanos <= 0 ? 0 : timesOver(nanos, max, period(), false);
    }

    /** a × b ÷ c, exact until it is rounded. */
    private static long timesOver(long a, long b, long c, boolean up) {
        if (Math.multiplyHigh(a, b) == 0 && a * b >= 0) {
            return up ? Math.ceilDiv(a * b, c) : a * b / c;
        }
        BigInteger[] whole =
                BigInteger.valueOf(a)
                        .multiply(BigInteger.valueOf(b))
                        .divideAndRemainder(BigInteger.valueOf(c));
        return whole[0].longValueExact() + (up && whole[1].signum() > 0 ? 1 : 0);
    }
}
