package dev.scrip.charging;

import java.time.Duration;

/**
 * Every bound of this module.
 *
 * @param runningMax requests of one lane that are admitted and not yet settled; more are refused
 * @param waitingMax requests of one organization that wait for its leases to grow
 * @param waitLimit how long such a request waits for the ledger's answer
 * @param settleLimit how long a response waits for its charge to be durable; the charge is settled
 *     even so
 * @param seekLimit how long such a request waits for what other processes may give back
 * @param holdingsMax kinds of requests (for each key, end user, ...) of one organization whose
 *     pools are remembered
 * @param idleAfter how long after its last request an organization's leases are returned
 * @param freshFor how long a lease is held from without an answer from the ledger
 * @param drainLimit how long closing waits for running requests
 * @param chargesMax charges in one exchange
 * @param connections exchanges and reads under way at once, over all lanes
 */
record Tuning(
        int runningMax,
        int waitingMax,
        Duration waitLimit,
        Duration seekLimit,
        int holdingsMax,
        Duration settleLimit,
        Duration idleAfter,
        Duration freshFor,
        Duration drainLimit,
        int chargesMax,
        int connections) {

    /** However slow the answers are, others are asked so often before a request is refused. */
    static final int SEEK_ANSWERS_MIN = 3;

    static final Tuning DEFAULT =
            new Tuning(
                    20_000,
                    5_000,
                    Duration.ofSeconds(2),
                    Duration.ofMillis(400),
                    10_000,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    5_000,
                    exchangesAtOnce());

    /**
     * An exchange keeps about one core busy, here or in PostgreSQL beside it. More of them than
     * cores only make each one slower, and the messages smaller: those that gather for the next one
     * cost least.
     */
    private static int exchangesAtOnce() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);
    }

    /** How many leases one exchange reports or extends beside those of its charges. */
    int leasesMax() {
        return chargesMax;
    }
}
