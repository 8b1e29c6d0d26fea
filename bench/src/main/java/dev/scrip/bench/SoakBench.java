package dev.scrip.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Whether memory grows while requests of all kinds go on for long. */
final class SoakBench {

    private static final double ANSWERS_PER_SECOND = 400;
    private static final double STREAMS_PER_SECOND = 40;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    private SoakBench() {}

    static void measure(Path folder, Report report) throws IOException, InterruptedException {
        Duration length = Span.seconds("SOAK_SECONDS", 600);
        try (Stand stand = new Stand(folder);
                HttpLoad answers = new HttpLoad();
                HttpLoad streams = new HttpLoad()) {
            Tally _ = both(stand, answers, streams, Span.seconds("SOAK_WARM_UP_SECONDS", 60));
            double before = stand.scrip().liveBytes() / BYTES_PER_MEGABYTE;
            double residentBefore = stand.scrip().residentMebibytes();
            Tally tally = both(stand, answers, streams, length);
            double after = stand.scrip().liveBytes() / BYTES_PER_MEGABYTE;
            Report.say(
                    "%d s, %,d requests: %s",
                    length.toSeconds(), tally.answers(), Tally.told(tally.whole()));
            report.plain("soak", (double) length.toSeconds(), "s");
            report.plain("live heap before", before, "MB");
            report.plain("live heap after", after, "MB");
            report.atMost("live heap after / before", after / before, "ratio", 1.05);
            report.plain("resident before", residentBefore, "MiB");
            report.plain("resident after", stand.scrip().residentMebibytes(), "MiB");
            report.atMost("failed requests", (double) tally.failures(), "requests", 0);
        }
    }

    private static Tally both(Stand stand, HttpLoad answers, HttpLoad streams, Duration time)
            throws InterruptedException {
        Tally all = new Tally();
        Thread beside =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        all.add(
                                                streams.open(
                                                        stand.governed(),
                                                        Shape.STREAM,
                                                        STREAMS_PER_SECOND,
                                                        Duration.ZERO,
                                                        time));
                                    } catch (InterruptedException failed) {
                                        all.failed("interrupted");
                                    }
                                });
        Tally plain =
                answers.open(
                        stand.governed(), Shape.ANSWER, ANSWERS_PER_SECOND, Duration.ZERO, time);
        beside.join();
        all.add(plain);
        return all;
    }
}
