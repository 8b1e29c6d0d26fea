package dev.scrip.gateway;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Decides whether a place that has failed is asked. After too many failures it is left alone for a
 * while; then one request tries whether it is well again, and only if so the others follow. A place
 * may also say itself until when it wants to be left alone.
 *
 * <p>Used from every event loop.
 */
final class Breaker {

    /** What stands in the way. */
    enum Obstacle {
        NOTHING,
        /** It asked to be left alone. */
        RETRY_AFTER,
        /** It failed too often. */
        OPEN
    }

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    /** What {@link #enter} gives to whom it does not let in. */
    static final long REFUSED = -1;

    private static final long WINDOW_MILLIS = 10_000;
    private static final long FIRST_BREAK_MILLIS = 5_000;
    private static final long BREAK_MILLIS_MAX = 60_000;

    /** Whoever asks to be left alone for longer is tried again all the same. */
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(10);

    private final int failuresMax;
    private final InstantSource clock;
    private State state = State.CLOSED;

    /** Counts the changes of state: what was let in before the last one decides nothing. */
    private long epoch;

    private long windowSince = Long.MIN_VALUE;
    private int answers;
    private int failures;
    private long breakMillis = FIRST_BREAK_MILLIS;
    private long openUntil;
    private long leftAloneUntil = Long.MIN_VALUE;

    /**
     * @param failuresMax failures within ten seconds, and at least half of all; 0: never opens
     */
    Breaker(int failuresMax, InstantSource clock) {
        this.failuresMax = failuresMax;
        this.clock = clock;
    }

    synchronized Obstacle obstacle() {
        long now = clock.millis();
        if (now < leftAloneUntil) {
            return Obstacle.RETRY_AFTER;
        }
        return switch (state) {
            case CLOSED -> Obstacle.NOTHING;
            case OPEN -> now < openUntil ? Obstacle.OPEN : Obstacle.NOTHING;
            case PROBING -> Obstacle.OPEN;
        };
    }

    /** It failed too often, and no request has gone well since. */
    synchronized boolean isOpen() {
        return state != State.CLOSED;
    }

    /** How long it may take until it is asked again; zero while nothing is known against it. */
    synchronized Duration timeLeft() {
        long until = Math.max(leftAloneUntil, state == State.CLOSED ? 0 : openUntil);
        return Duration.ofMillis(Math.max(0, until - clock.millis()));
    }

    /**
     * Lets a request in, or not.
     *
     * @return {@link #REFUSED}, or what the outcome is told with, once
     */
    synchronized long enter() {
        if (obstacle() != Obstacle.NOTHING) {
            return REFUSED;
        }
        if (state == State.OPEN) {
            become(State.PROBING);
        }
        return epoch;
    }

    /** It answered. */
    synchronized void succeeded(long entry) {
        if (entry == epoch) {
            if (state == State.PROBING) {
                become(State.CLOSED);
                breakMillis = FIRST_BREAK_MILLIS;
            }
            count(false);
        }
    }

    /** It did not, or not usefully. */
    synchronized void failed(long entry) {
        if (entry != epoch) {
            return;
        }
        if (state == State.PROBING) {
            open();
        } else {
            count(true);
            if (failuresMax > 0 && failures >= failuresMax && failures * 2 >= answers) {
                open();
            }
        }
    }

    /** It said that no request can succeed there: it is not asked again before a while. */
    synchronized void failedForAll(long entry) {
        if (entry == epoch && failuresMax > 0) {
            open();
        }
    }

    /** Nothing was learnt. */
    synchronized void dropped(long entry) {
        if (entry == epoch && state == State.PROBING) {
            become(State.OPEN); // and the next one may try
        }
    }

    /** It asked to be left alone, for so long from now on. */
    synchronized void leaveAlone(Duration wished) {
        Duration granted = wished.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : wished;
        leftAloneUntil = Math.max(leftAloneUntil, clock.millis() + granted.toMillis());
    }

    private void open() {
        become(State.OPEN);
        openUntil = clock.millis() + breakMillis;
        breakMillis = Math.min(breakMillis * 2, BREAK_MILLIS_MAX);
    }

    private void become(State next) {
        state = next;
        epoch++;
        windowSince = Long.MIN_VALUE;
    }

    private void count(boolean failure) {
        long now = clock.millis();
        if (windowSince == Long.MIN_VALUE || now - windowSince > WINDOW_MILLIS) {
            windowSince = now;
            answers = 0;
            failures = 0;
        }
        answers++;
        failures += failure ? 1 : 0;
    }
}
