package dev.scrip.charging;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The part of a lease that may be held under one understanding with the ledger. When that ends (a
 * grant expires, the credit or a limit changes, the organization falls idle) the tranche is closed
 * for ever and its free money goes back; what its holds release later goes back too, and never into
 * the tranche that follows.
 *
 * <p>Amounts are nano-dollars. Many threads hold and give back without a lock.
 */
final class Tranche {

    private static final long CLOSED = -1;
    private static final long COUNTED_ELSEWHERE = -1;

    /** Never negative while open. */
    private final AtomicLong free;

    private final AtomicLong returned = new AtomicLong();
    private final long grantedBefore;
    private long reported;
    private volatile @Nullable Instant endsAt;
    private volatile long freshUntil;

    /**
     * @param grantedBefore all that had been granted on the lease before this
     * @param freshUntil {@link System#nanoTime} until which it may be held from without asking
     *     again
     */
    Tranche(long free, long grantedBefore, @Nullable Instant endsAt, long freshUntil) {
        this.grantedBefore = grantedBefore;
        this.free = new AtomicLong(free);
        this.endsAt = endsAt;
        this.freshUntil = freshUntil;
    }

    static Tranche closed() {
        return new Tranche(CLOSED, 0, null, 0);
    }

    /** Takes an amount. Returns what is free behind it, or -1 if it was not taken. */
    long tryHold(long amount, Instant heldAt, long nanoTime) {
        if (!mayHold(heldAt, nanoTime)) {
            return -1;
        }
        for (long before = free.get(); before >= amount; before = free.get()) {
            if (free.compareAndSet(before, before - amount)) {
                return before - amount;
            }
        }
        return -1;
    }

    /** Takes an amount or as much of it as is free. Returns what was taken, or -1 if it may not. */
    long takeUpTo(long amount, Instant heldAt, long nanoTime) {
        if (!mayHold(heldAt, nanoTime)) {
            return -1;
        }
        for (long before = free.get(); before != CLOSED; before = free.get()) {
            long taken = Math.min(before, amount);
            if (free.compareAndSet(before, before - taken)) {
                return taken;
            }
        }
        return -1;
    }

    /** Whether it is open and neither ended nor stale. */
    boolean mayHold(Instant heldAt, long nanoTime) {
        Instant end = endsAt;
        return free.get() != CLOSED
                && (end == null || heldAt.isBefore(end))
                && nanoTime - freshUntil < 0;
    }

    boolean hasEnded(Instant at) {
        Instant end = endsAt;
        return end != null && !at.isBefore(end);
    }

    /** Adds what was granted or released. False, and nothing done, when it is closed. */
    boolean add(long amount) {
        for (long before = free.get(); before != CLOSED; before = free.get()) {
            if (free.compareAndSet(before, Math.addExact(before, amount))) {
                return true;
            }
        }
        return false;
    }

    /** Takes away what is above a level. Returns what was taken. */
    long lowerTo(long level) {
        for (long before = free.get(); before > level; before = free.get()) {
            if (free.compareAndSet(before, level)) {
                return before - level;
            }
        }
        return 0;
    }

    /** Ends it. Returns what was free; zero when it was closed before. */
    long close() {
        return Math.max(0, free.getAndSet(CLOSED));
    }

    /** Counts what went back to the pool. False, and nothing done, after {@link #countOut}. */
    boolean countReturned(long amount) {
        for (long before = returned.get(); before != COUNTED_ELSEWHERE; before = returned.get()) {
            if (returned.compareAndSet(before, before + amount)) {
                return true;
            }
        }
        return false;
    }

    /** What went back to the pool; zero after {@link #countOut}. */
    long returned() {
        return Math.max(0, returned.get());
    }

    /** What went back since the last call. Guarded by the lane. */
    long returnedSinceReport() {
        long now = returned();
        long since = now - reported;
        reported = now;
        return since;
    }

    /** Its returns are counted by its lease from now on. Returns those so far. */
    long countOut() {
        return Math.max(0, returned.getAndSet(COUNTED_ELSEWHERE));
    }

    /** All that had been granted on the lease before this. */
    long grantedBefore() {
        return grantedBefore;
    }

    void renew(@Nullable Instant newEndsAt, long newFreshUntil) {
        endsAt = newEndsAt;
        freshUntil = newFreshUntil;
    }

    boolean isClosed() {
        return free.get() == CLOSED;
    }

    long free() {
        return Math.max(0, free.get());
    }
}
