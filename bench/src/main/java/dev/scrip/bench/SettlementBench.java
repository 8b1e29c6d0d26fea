package dev.scrip.bench;

import dev.scrip.ledger.Payer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Durably settled charges per second through charging's own door, over many wallets and all on one,
 * beside the bare {@code COPY} of the same usage records into the same PostgreSQL.
 */
final class SettlementBench {

    private static final int WALLETS = 10_000;

    /** What about a second of such a load has under way: with fewer, batches would be small. */
    private static final int IN_FLIGHT_SPREAD = 72_000;

    private static final int IN_FLIGHT_ONE = 15_000;
    private static final int IN_FLIGHT_COLD = 200;
    private static final int RAMP = 30;
    private static final int WARM_UP_SECONDS = 2;
    private static final int SECONDS = 5;
    private static final int ROUNDS = 3;
    private static final int BARE_ROWS = 300_000;
    private static final int BARE_BATCH = 2_000;
    private static final int BARE_CONNECTIONS = 4;

    private final Workshop workshop;
    private final SplittableRandom random = new SplittableRandom(1);
    private long failed;

    private SettlementBench(Workshop workshop) {
        this.workshop = workshop;
    }

    static void measure(Path folder, Report report) throws InterruptedException {
        try (Workshop workshop = new Workshop(folder)) {
            new SettlementBench(workshop).rounds(report);
        }
    }

    private void rounds(Report report) throws InterruptedException {
        List<Payer> many = workshop.payers(WALLETS);
        List<Payer> one = workshop.payers(1);
        double[] spread = new double[ROUNDS];
        double[] ofOne = new double[ROUNDS];
        double[] ofBare = new double[ROUNDS];
        // Round 0 is for the compiler and is not counted.
        for (int round = 0; round <= ROUNDS; round++) {
            double spreadNow = settle(many, IN_FLIGHT_SPREAD);
            double bareNow = bare();
            double oneNow = settle(one, IN_FLIGHT_ONE);
            if (round > 0) {
                spread[round - 1] = spreadNow;
                ofOne[round - 1] = oneNow / spreadNow;
                ofBare[round - 1] = spreadNow / bareNow;
            }
            Report.say(
                    "round %d: %,.0f/s over %,d wallets, %,.0f/s on one, bare COPY %,.0f/s",
                    round, spreadNow, WALLETS, oneNow, bareNow);
        }
        report.atLeast("settled_charges", Report.median(spread), "1/s", 60_000);
        report.atLeast("settled_one_per_spread", Report.median(ofOne), "ratio", 0.9);
        report.atLeast("settled_per_bare_copy", Report.median(ofBare), "ratio", 0.35);
        report.atMost("charges_not_settled", (double) failed, "charges", 0);
    }

    /** Requests in a closed loop: so many under way, the next when one is settled. */
    private double settle(List<Payer> payers, int inFlight) throws InterruptedException {
        workshop.store().checkpoint();
        ClosedLoop loop = new ClosedLoop(workshop);
        // Leases are made for the few before the many come, and grow with the rate: a crowd before
        // cold ones would be turned away.
        loop.widen(IN_FLIGHT_COLD);
        for (Payer payer : payers) {
            loop.request(payer);
        }
        for (int step = 1; step <= RAMP; step++) {
            loop.widen((inFlight - IN_FLIGHT_COLD) / RAMP);
            requestFor(TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS) / RAMP, loop, payers);
        }
        Histogram _ = loop.takeMicros();
        long before = loop.settled();
        Duration ours = Workshop.processorTime();
        Duration postgres = workshop.processorTimeOfPostgres();
        long began = System.nanoTime();
        requestFor(TimeUnit.SECONDS.toNanos(SECONDS), loop, payers);
        double charges = (double) (loop.settled() - before);
        double perSecond = charges / Report.secondsSince(began);
        Histogram micros = loop.takeMicros();
        Report.say(
                "  %,d wallets: %,.0f/s; durable after %d ms (p50), %d ms (p99); processor time of a"
                        + " charge %.1f µs here and %.1f µs in PostgreSQL",
                payers.size(),
                perSecond,
                micros.getValueAtPercentile(50) / 1_000,
                micros.getValueAtPercentile(99) / 1_000,
                Workshop.processorTime().minus(ours).toNanos() / 1e3 / charges,
                workshop.processorTimeOfPostgres().minus(postgres).toNanos() / 1e3 / charges);
        loop.drain();
        failed += loop.failed();
        return perSecond;
    }

    private void requestFor(long nanos, ClosedLoop loop, List<Payer> payers)
            throws InterruptedException {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            loop.request(payers.get(random.nextInt(payers.size())));
        }
    }

    /** As many connections as settlement uses, each with one batch after the other. */
    private double bare() throws InterruptedException {
        List<byte[]> rows = workshop.store().usageRecords(BARE_ROWS);
        workshop.store().makeBareTable();
        workshop.store().checkpoint();
        Queue<byte[]> batches = new ConcurrentLinkedQueue<>();
        for (int from = 0; from < rows.size(); from += BARE_BATCH) {
            batches.add(
                    BenchStore.joined(
                            rows.subList(from, Math.min(rows.size(), from + BARE_BATCH))));
        }
        long began = System.nanoTime();
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < BARE_CONNECTIONS; writer++) {
            writers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (byte[] batch = batches.poll();
                                                batch != null;
                                                batch = batches.poll()) {
                                            workshop.store().copyBare(batch);
                                        }
                                    }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        return rows.size() / Report.secondsSince(began);
    }
}
