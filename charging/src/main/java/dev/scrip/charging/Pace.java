package dev.scrip.charging;

import java.time.Duration;

/**
 * When a lane's messages leave: one after the other, at low load at once. A busy lane rests between
 * two of them, so that more gathers for the next: a message costs the ledger nearly the same for
 * one charge as for fifty. Guarded by the lane's lock.
 */
final class Pace {

    /** From so many charges in a message on, a rest pays. */
    private static final int BUSY = 4;

    /** The most that a rest adds to an answer; nano-time. */
    private static final long REST_MAX = 3_000_000;

    private final Machine machine;
    private final Runnable rested;
    private boolean underWay;
    private long leftAt;
    private long answerNanos;
    private long restsUntil;
    private boolean restAwaited;

    /**
     * @param rested is run when a rest is over that a message waits for, by a thread that may talk
     *     to the database; it calls {@link #endRest}
     */
    Pace(Machine machine, Runnable rested) {
        this.machine = machine;
        this.rested = rested;
        this.restsUntil = machine.nanoTime();
    }

    /**
     * Whether a message leaves now; then it is under way.
     *
     * @param urgent somebody waits for more than to hear that a charge is durable: no rest
     */
    boolean leaves(boolean urgent) {
        if (underWay || (!urgent && isResting())) {
            return false;
        }
        underWay = true;
        leftAt = machine.nanoTime();
        return true;
    }

    private boolean isResting() {
        long left = restsUntil - machine.nanoTime();
        if (left > 0 && !restAwaited) {
            restAwaited = machine.converseLater(Duration.ofNanos(left), rested);
        }
        return left > 0 && restAwaited;
    }

    void endRest() {
        restsUntil = machine.nanoTime();
        restAwaited = false;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** The message was answered: how long that took rises at once and falls slowly. */
    void noteAnswer() {
        long nanos = machine.nanoTime() - leftAt;
        answerNanos = nanos > answerNanos ? nanos : answerNanos - (answerNanos - nanos) / 8;
    }

    /** How long the ledger lately took to answer, nano-time. */
    long answerNanos() {
        return answerNanos;
    }

    /**
     * The message is no more under way. A rest is as long as that took.
     *
     * @param settled how many charges were in it
     */
    void over(int settled) {
        underWay = false;
        long now = machine.nanoTime();
        restsUntil = now + (settled < BUSY ? 0 : Math.min(REST_MAX, now - leftAt));
    }
}
