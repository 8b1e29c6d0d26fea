package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requests through the gateway, all of it on: how many, against the same gateway with charging
 * switched off; and what it adds to one request when it has half of what it can do.
 */
final class GatewayBench {

    private static final int WIDTH = 256;
    private static final int ROUNDS = 5;
    private static final int OPEN_ROUNDS = 3;

    private final Stand stand;
    private final HttpLoad load;
    private final Report report;
    private final Target free;
    private final Target bare;
    private final Program freeGateway;
    private long failures;

    private GatewayBench(Stand stand, HttpLoad load, Report report, Program free, Program bare) {
        this.stand = stand;
        this.load = load;
        this.report = report;
        this.freeGateway = free;
        this.free = new Target("charging switched off", free.url(), "sk-any", false);
        this.bare = new Target("a proxy that copies bytes", bare.url(), "sk-any", true);
    }

    static void measure(Path folder, Report report) throws IOException, InterruptedException {
        try (Stand stand = new Stand(folder);
                Program free =
                        Program.javaAsShipped(
                                FreeGateway.class,
                                "" + stand.upstreamsFile(),
                                "" + folder.resolve("free"));
                Program bare = Program.javaAsShipped(PlainRelay.class, "" + stand.upstreamPort());
                HttpLoad load = new HttpLoad()) {
            String _ = free.awaitOutput("(ready)");
            String _ = bare.awaitOutput("(ready)");
            new GatewayBench(stand, load, report, free, bare).measure();
        }
    }

    private void measure() throws InterruptedException {
        double most = throughput();
        added(Shape.ANSWER, most / 2);
        double mostStreams = streamsPerSecond();
        added(Shape.STREAM, mostStreams / 2);
        report.atMost("failed requests, all ways", (double) failures, "requests", 0);
    }

    // ---- as many as there can be ----

    /** Returns how many requests the gateway takes in a second. */
    private double throughput() throws InterruptedException {
        List<Target> targets = List.of(bare, free, stand.governed());
        for (Target target : targets) {
            Tally _ = closed(target, Shape.ANSWER, Span.warmUp());
        }
        double[] ofFree = new double[ROUNDS];
        double[] ofBare = new double[ROUNDS];
        double[] governed = new double[ROUNDS];
        Map<String, Sum> sums = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            double[] perSecond = new double[targets.size()];
            for (int i = 0; i < perSecond.length; i++) {
                perSecond[i] = round(targets.get(i), sums);
            }
            governed[round] = perSecond[2];
            ofFree[round] = perSecond[2] / perSecond[1];
            ofBare[round] = perSecond[2] / perSecond[0];
            Report.say(
                    "round %d: governed %.0f/s, charging off %.0f/s (%.2f), bare %.0f/s (%.2f)",
                    round, perSecond[2], perSecond[1], ofFree[round], perSecond[0], ofBare[round]);
        }
        for (Target target : targets) {
            Sum sum = sums.get(target.name());
            if (sum != null) {
                sum.report(report, "closed loop, 256: " + target.name());
            }
        }
        report.plain("governed requests", Report.median(governed), "1/s");
        report.atLeast("governed / charging off", Report.median(ofFree), "ratio", 0.6);
        report.plain("governed / bare proxy", Report.median(ofBare), "ratio");
        return Report.median(governed);
    }

    private double round(Target target, Map<String, Sum> sums) throws InterruptedException {
        Sum sum = sums.computeIfAbsent(target.name(), _ -> new Sum());
        Clocks before = clocks(target);
        Tally tally = closed(target, Shape.ANSWER, Span.round());
        sum.add(tally, Span.round(), clocks(target).minus(before), Span.settling());
        return tally.answers() / (double) Span.round().toSeconds();
    }

    private Tally closed(Target target, Shape shape, Duration time) throws InterruptedException {
        Tally tally = load.closed(target, shape, WIDTH, Span.settling(), time);
        failures += tally.failures();
        return tally;
    }

    private double streamsPerSecond() throws InterruptedException {
        Tally _ = closed(stand.governed(), Shape.STREAM, Span.warmUp());
        Tally tally = closed(stand.governed(), Shape.STREAM, Span.round());
        double perSecond = tally.answers() / (double) Span.round().toSeconds();
        report.plain("governed streams", perSecond, "1/s");
        return perSecond;
    }

    // ---- what it adds ----

    private void added(Shape shape, double perSecond) throws InterruptedException {
        String kind = shape.streamed() ? "stream, first byte" : "answer in one piece";
        List<Target> targets = List.of(stand.direct(), free, stand.governed());
        Map<String, Sum> sums = new TreeMap<>();
        double[] p50 = new double[OPEN_ROUNDS];
        double[] p99 = new double[OPEN_ROUNDS];
        for (int round = 0; round < OPEN_ROUNDS; round++) {
            Tally[] tallies = new Tally[targets.size()];
            for (int i = 0; i < tallies.length; i++) {
                tallies[i] = openRound(targets.get(i), shape, perSecond, sums);
            }
            p50[round] = difference(tallies[2], tallies[0], shape, 50);
            p99[round] = difference(tallies[2], tallies[0], shape, 99);
            Report.say(
                    "%s, open loop, %.0f/s, round %d: straight %s; governed %s",
                    kind,
                    perSecond,
                    round,
                    Tally.told(times(tallies[0], shape)),
                    Tally.told(times(tallies[2], shape)));
        }
        for (Target target : targets) {
            Sum sum = sums.get(target.name());
            if (sum != null) {
                sum.report(report, kind + ": " + target.name(), shape.streamed());
            }
        }
        if (shape.streamed()) {
            report.atMost("added to the first byte, p50", Report.median(p50), "ms", 1);
            report.plain("added to the first byte, p99", Report.median(p99), "ms");
        } else {
            report.plain("added to an answer, p50", Report.median(p50), "ms");
            report.atMost("added to an answer, p99", Report.median(p99), "ms", 5);
        }
    }

    private Tally openRound(Target target, Shape shape, double perSecond, Map<String, Sum> sums)
            throws InterruptedException {
        Clocks before = clocks(target);
        Tally tally = load.open(target, shape, perSecond, Span.settling(), Span.round());
        sums.computeIfAbsent(target.name(), _ -> new Sum())
                .add(tally, Span.round(), clocks(target).minus(before), Span.settling());
        failures += tally.failures();
        return tally;
    }

    private static org.HdrHistogram.Histogram times(Tally tally, Shape shape) {
        return shape.streamed() ? tally.first() : tally.whole();
    }

    private static double difference(Tally one, Tally other, Shape shape, double percentile) {
        return Tally.millis(times(one, shape), percentile)
                - Tally.millis(times(other, shape), percentile);
    }

    // ---- processor time ----

    private Clocks clocks(Target target) {
        if (target.equals(stand.governed())) {
            return Clocks.of(stand.scrip());
        }
        return target.equals(free) ? Clocks.of(freeGateway) : Clocks.NONE;
    }
}
