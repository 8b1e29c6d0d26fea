package dev.scrip.bench;

import dev.scrip.charging.Admission;
import dev.scrip.ledger.Payer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long one charge takes to be durable when nothing else is under way, beside a transaction that
 * does nothing but commit.
 */
final class CommitBench {

    private static final int WALLETS = 100;
    private static final int WARM_UP = 2_000;
    private static final int CHARGES = 2_000;

    private CommitBench() {}

    static void measure(Path folder, Report report) {
        try (Workshop workshop = new Workshop(folder)) {
            List<Payer> payers = workshop.payers(WALLETS);
            Histogram settled = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            Histogram empty = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            for (int i = -WARM_UP; i < CHARGES; i++) {
                Admission admission =
                        workshop.admit(payers.get(Math.floorMod(i, WALLETS)))
                                .toCompletableFuture()
                                .join();
                long began = System.nanoTime();
                var _ = workshop.charge(admission).toCompletableFuture().join();
                long between = System.nanoTime();
                workshop.store().emptyTransaction();
                long ended = System.nanoTime();
                if (i >= 0) {
                    settled.recordValue((between - began) / 1_000);
                    empty.recordValue((ended - between) / 1_000);
                }
            }
            double one = settled.getValueAtPercentile(50) / 1_000.0;
            double nothing = empty.getValueAtPercentile(50) / 1_000.0;
            Report.say(
                    "one charge: p50 %.2f ms, p99 %.2f ms; empty transaction: p50 %.2f ms",
                    one, settled.getValueAtPercentile(99) / 1_000.0, nothing);
            report.plain("commit_empty", nothing, "ms");
            report.atMost("commit_one_charge", one, "ms", 2 * nothing + 2);
        }
    }
}
