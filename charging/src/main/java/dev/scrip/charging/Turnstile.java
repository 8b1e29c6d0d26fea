package dev.scrip.charging;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Counts the requests that are inside: admitted or waiting, and neither settled nor released. */
final class Turnstile {

    private final int insideMax;
    private final AtomicInteger inside = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private volatile boolean awaited;
    private volatile @Nullable String closedBecause;

    Turnstile(int insideMax) {
        this.insideMax = insideMax;
    }

    /** Lets one in; says why not when it does not. */
    @Nullable String enter() {
        String reason = closedBecause;
        if (reason != null) {
            return reason;
        }
        if (inside.incrementAndGet() > insideMax) {
            leave(1);
            return "too many requests are running";
        }
        return null;
    }

    /** Lets nobody in, for this reason; null: lets them in again. */
    void close(@Nullable String because) {
        if (!Objects.equals(closedBecause, because)) {
            closedBecause = because;
        }
    }

    void leave(int requests) {
        if (inside.addAndGet(-requests) == 0 && awaited) {
            lock.lock();
            try {
                empty.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    int inside() {
        return inside.get();
    }

    /** Waits until nobody is inside, or for so long. */
    void awaitEmpty(long nanos) {
        lock.lock();
        try {
            awaited = true;
            for (long left = nanos; left > 0 && inside.get() > 0; ) {
                // Looked at again now and then: whoever left before "awaited" was set said nothing.
                long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(100));
                left -= slice - Math.max(0, empty.awaitNanos(slice));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
