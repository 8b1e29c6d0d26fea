package dev.scrip.bench;

import java.time.Duration;

/** Several rounds of the same. */
final class Sum {

    private final Tally tally = new Tally();
    private Duration time = Duration.ZERO;
    private Clocks clocks = Clocks.NONE;
    private double requests;

    /**
     * One round.
     *
     * @param settling what was not counted of it, in which the clocks ran all the same
     */
    void add(Tally round, Duration counted, Clocks used, Duration settling) {
        tally.add(round);
        time = time.plus(counted);
        clocks = clocks.plus(used);
        requests +=
                round.answers() * (double) counted.plus(settling).toMillis() / counted.toMillis();
    }

    void report(Report report, String name) {
        report(report, name, false);
    }

    /**
     * One line of it.
     *
     * @param first of the first byte, not of the whole answer
     */
    void report(Report report, String name, boolean first) {
        report.way(
                name,
                tally.answers() / (double) time.toSeconds(),
                first ? tally.first() : tally.whole(),
                each(clocks.own()),
                each(clocks.below()));
    }

    private Duration each(Duration all) {
        return Duration.ofNanos((long) (all.toNanos() / Math.max(1, requests)));
    }
}
