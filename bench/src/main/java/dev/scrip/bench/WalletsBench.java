package dev.scrip.bench;

import dev.scrip.ledger.Payer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What wallets cost a process in memory: a million that are only there, some of them in use, and
 * those again when they are idle. Memory is what is reachable after a full collection.
 */
final class WalletsBench {

    private static final int WALLETS = 1_000_000;
    private static final int USED = 20_000;
    private static final int IN_FLIGHT = 1_000;
    private static final int IDLE_LIMIT_SECONDS = 60;

    private WalletsBench() {}

    static void measure(Path folder, Report report) throws InterruptedException {
        try (Workshop workshop = new Workshop(folder)) {
            use(workshop, workshop.payers(1_000)); // everything that is made once is made
            awaitIdle(workshop);
            double atFirst = mebibytes();
            List<Payer> payers = workshop.payers(WALLETS);
            double there = mebibytes();
            long began = System.nanoTime();
            use(workshop, payers.subList(0, USED));
            double inUse = mebibytes();
            Report.say("%,d wallets used once in %.1f s", USED, Report.secondsSince(began));
            awaitIdle(workshop);
            double idle = mebibytes();
            report.atMost("wallets_million_there", there - atFirst, "MiB", 2);
            report.plain("wallets_in_use", inUse - there, "MiB");
            report.atMost("wallets_idle_again", idle - there, "MiB", 2);
        }
    }

    private static void use(Workshop workshop, List<Payer> payers) throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(workshop);
        loop.widen(IN_FLIGHT);
        for (Payer payer : payers) {
            loop.request(payer);
        }
        loop.drain();
        if (loop.failed() > 0) {
            throw new IllegalStateException("requests were not settled");
        }
    }

    private static void awaitIdle(Workshop workshop) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_LIMIT_SECONDS);
        while (workshop.store().leasedWallets() > 0 && System.nanoTime() < until) {
            Thread.sleep(200);
        }
        Thread.sleep(TimeUnit.SECONDS.toMillis(1)); // the next look at who is idle forgets them
    }

    private static double mebibytes() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return (runtime.totalMemory() - runtime.freeMemory()) / 1024.0 / 1024.0;
    }
}
