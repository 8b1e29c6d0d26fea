package dev.scrip.charging;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again: for a moment while idle leases are called back, and a few times when PostgreSQL did
 * not answer. Whatever is asked has a key, so that asking twice does it once.
 */
final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration RECALL_MAX = Duration.ofMillis(400);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final int FAILURES_MAX = 3;

    private Patience() {}

    /**
     * Asks until it is decided.
     *
     * @param attempt takes whether it may put off the decision
     * @param undecided is it put off?
     */
    static <T> T decide(Function<Boolean, T> attempt, Predicate<T> undecided) {
        long until = System.nanoTime() + RECALL_MAX.toNanos();
        int failures = 0;
        while (true) {
            try {
                T outcome = attempt.apply(System.nanoTime() - until < 0);
                if (!undecided.test(outcome)) {
                    return outcome;
                }
            } catch (RuntimeException failed) {
                failures++;
                if (Failure.of(failed) == Failure.REFUSED || failures == FAILURES_MAX) {
                    throw failed;
                }
                LOG.warn("PostgreSQL did not answer; asked again: {}", failed.toString());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("this process stops", interrupted);
        }
    }
}
