package dev.scrip.charging;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** This machine, with a virtual thread for each task but those that talk to the database. */
final class LocalMachine implements Machine {

    private final InstantSource clock;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("charging-", 0).factory());

    /**
     * A virtual thread that waits for a socket comes back by way of a poller and a carrier, a
     * platform thread at once; every charge waits for several such answers in turn. The tasks are
     * few: a message of each lane, and what is read.
     */
    private final ExecutorService talking =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("charging-talk-", 0).factory());

    private final CountDownLatch stopped = new CountDownLatch(1);

    LocalMachine(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean run(Runnable task) {
        return given(threads, task);
    }

    @Override
    public boolean converse(Runnable task) {
        return given(talking, task);
    }

    private static boolean given(ExecutorService executor, Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException late) {
            return false;
        }
    }

    @Override
    public boolean runLater(Duration pause, Runnable task) {
        return run(() -> pauseAndRun(pause, task));
    }

    @Override
    public boolean converseLater(Duration pause, Runnable task) {
        return converse(() -> pauseAndRun(pause, task));
    }

    private void pauseAndRun(Duration pause, Runnable task) {
        try {
            boolean _ = stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        task.run();
    }

    @Override
    public void stop() {
        stopped.countDown();
        threads.shutdown();
        talking.shutdown();
    }

    @Override
    public boolean isStopped() {
        return stopped.getCount() == 0;
    }

    @Override
    public boolean awaitEnd(Duration limit) {
        try {
            long until = System.nanoTime() + limit.toNanos();
            return threads.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)
                    && talking.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
