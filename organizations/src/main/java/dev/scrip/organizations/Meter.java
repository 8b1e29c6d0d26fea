package dev.scrip.organizations;

import java.util.Comparator;

/**
 * How far one bucket is used up, told by the moment at which it is full again: taking from it moves
 * that moment on by the time in which what is taken refills. So one number says all, is the same
 * whatever the limit becomes, and what several processes took is added up in any order.
 *
 * <p>Two such moments are kept: of all processes together, as far as it is known here, and of this
 * process's share, in which everything costs as many times more as there are processes. At each
 * exchange with the others the share begins where all together are, so what one process leaves the
 * next one finds.
 *
 * <p>Times are nanoseconds since 1970, costs nanoseconds. Everything under the lock.
 */
final class Meter {

    /**
     * Which bucket.
     *
     * @param limitId 0: the default of the settings
     */
    record Key(long organizationId, long limitId, RateUnit unit) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::organizationId)
                        .thenComparingLong(Key::limitId)
                        .thenComparing(Key::unit);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What is to be booked for all: wherever the bucket stood before, it then is full again this
     * much later, and not before the floor. Any number of takings and givings back come to one such
     * pair, so what is booked late is booked exactly.
     *
     * @param cost may be negative: more was given back than taken
     * @param floor when it would be full again, had it been full before
     */
    record Slip(Meter meter, long cost, long floor) {}

    /** What an answer is taken for when nobody named a bound and nothing is known. */
    private static final long USUAL_OUTPUT = 1_000;

    /** What the others do is followed for so long after the last request. */
    private static final int FOLLOWED_BOOKINGS = 10;

    final Key key;
    final Object lock;
    private long fullAt;
    private long shareFullAt;
    private long unbooked;
    private long floor;
    private long usualOutput = USUAL_OUTPUT;
    private int bookingsUnasked;

    Meter(Key key, Object lock, long fullAt) {
        this.key = key;
        this.lock = lock;
        this.fullAt = fullAt;
        this.shareFullAt = fullAt;
    }

    /**
     * How long until something of this cost may pass; 0: now. What costs more than the bucket holds
     * passes when it is full.
     *
     * @param processes that share the bucket
     */
    long wait(long cost, long burst, long now, int processes) {
        bookingsUnasked = 0;
        return wait(shareFullAt, cost * processes, burst, now);
    }

    /** The same, if all of the bucket were this process's. */
    long waitForAll(long cost, long burst, long now) {
        return wait(fullAt, cost, burst, now);
    }

    private static long wait(long fullAt, long cost, long burst, long now) {
        return Math.max(0, Math.max(fullAt, now) + Math.min(cost, burst) - burst - now);
    }

    void take(long cost, long now, int processes) {
        fullAt = Math.max(fullAt, now) + cost;
        shareFullAt = Math.max(shareFullAt, now) + cost * processes;
        floor = Math.max(floor, now) + cost;
        unbooked += cost;
        bookingsUnasked = 0;
    }

    /** What was booked meanwhile costs the share no more than it costs everybody. */
    void giveBack(long cost, int processes) {
        long ofShare = Math.clamp(cost, 0, Math.max(0, unbooked));
        fullAt -= cost;
        shareFullAt -= ofShare * processes + (cost - ofShare);
        floor -= cost;
        unbooked -= cost;
        bookingsUnasked = 0;
    }

    /** In how long nothing of it is used. */
    long used(long now) {
        return Math.max(0, fullAt - now);
    }

    long usualOutput() {
        return usualOutput;
    }

    /** One answer's output; the last ones count most. */
    void output(long tokens) {
        usualOutput += (tokens - usualOutput) / 8;
    }

    /** Begins a booking. */
    Slip slip() {
        synchronized (lock) {
            Slip slip = new Slip(this, unbooked, floor);
            unbooked = 0;
            floor = 0;
            bookingsUnasked++;
            return slip;
        }
    }

    /** Nothing was booked. */
    void undo(Slip slip) {
        synchronized (lock) {
            floor = Math.max(slip.floor + unbooked, floor);
            unbooked += slip.cost;
        }
    }

    /** Takes over what all processes together have booked. */
    void adopt(long booked, int processes) {
        synchronized (lock) {
            fullAt = Math.max(booked + unbooked, floor);
            shareFullAt = fullAt + Math.max(0, unbooked) * (processes - 1);
        }
    }

    /** Nobody has asked for a while, and nothing is left to book. */
    boolean isQuiet() {
        synchronized (lock) {
            return bookingsUnasked > FOLLOWED_BOOKINGS && unbooked == 0;
        }
    }
}
