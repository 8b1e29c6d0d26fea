package dev.scrip.bench;

import dev.scrip.charging.Settled;
import dev.scrip.ledger.Payer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Requests of which so many are under way, the next when one is settled. */
final class ClosedLoop {

    private final Workshop workshop;
    private final Semaphore room = new Semaphore(0);
    private final LongAdder settled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
    private volatile Histogram micros = histogram();
    private int size;

    ClosedLoop(Workshop workshop) {
        this.workshop = workshop;
    }

    /** Lets more be under way. */
    void widen(int more) {
        size += more;
        room.release(more);
    }

    /** Sends a request, as soon as there is room for it. */
    void request(Payer payer) throws InterruptedException {
        room.acquire();
        long began = System.nanoTime();
        var _ =
                workshop.request(payer)
                        .whenComplete(
                                (outcome, failure) -> {
                                    count(outcome, failure, began);
                                    room.release();
                                });
    }

    private void count(@Nullable Settled outcome, @Nullable Throwable failure, long began) {
        if (outcome != null) {
            micros.recordValue((System.nanoTime() - began) / 1_000);
            settled.increment();
        } else {
            failed.increment();
            firstFailure.compareAndSet(null, failure);
        }
    }

    /** Waits until nothing is under way. */
    void drain() throws InterruptedException {
        room.acquire(size);
        room.release(size);
    }

    long settled() {
        return settled.sum();
    }

    /** How many were turned away; says why the first one was. */
    long failed() {
        Throwable failure = firstFailure.get();
        if (failure != null) {
            Report.say("  the first of %,d that were not settled: %s", failed.sum(), failure);
        }
        return failed.sum();
    }

    /** How long requests took until their charge was durable, since this was asked last. */
    Histogram takeMicros() {
        Histogram taken = micros;
        micros = histogram();
        return taken;
    }

    private static Histogram histogram() {
        return new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    }
}
