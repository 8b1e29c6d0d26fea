package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What the program takes of memory for many streams that go slowly. */
final class StreamsBench {

    private static final int STREAMS = 2_000;
    private static final Duration BEGUN_WITHIN = Duration.ofSeconds(8);
    private static final double MEGABYTES_PER_MEBIBYTE = 1.048576;

    private StreamsBench() {}

    static void measure(Path folder, Report report) throws IOException, InterruptedException {
        try (Stand stand = new Stand(folder);
                HttpLoad load = new HttpLoad()) {
            double before = megabytes(stand.scrip());
            Tally tally = new Tally();
            Semaphore over = new Semaphore(0);
            load.spread(stand.governed(), Shape.DRIP, STREAMS, BEGUN_WITHIN, tally, over);
            if (over.availablePermits() > 0) {
                throw new IllegalStateException("streams ended before all had begun");
            }
            double most = 0;
            while (!over.tryAcquire(STREAMS, 500, TimeUnit.MILLISECONDS)) {
                most = Math.max(most, megabytes(stand.scrip()));
            }
            Report.say(
                    "%,d streams of %d events, one a second: first byte %s",
                    STREAMS, FastUpstream.DRIP_PIECES, Tally.told(tally.first()));
            report.plain("resident before the streams", before, "MB");
            report.atMost("resident with 2,000 slow streams", most, "MB", 500);
            report.atMost("slow streams that failed", (double) tally.failures(), "streams", 0);
        }
    }

    private static double megabytes(Program program) {
        return program.residentMebibytes() * MEGABYTES_PER_MEBIBYTE;
    }
}
