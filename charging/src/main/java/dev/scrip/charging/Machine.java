package dev.scrip.charging;

import java.time.Duration;
import java.time.Instant;

/** What this module runs on: clocks, and threads beside the caller's. Its simulation has others. */
interface Machine {

    /** The time that goes into records and decides what has expired. */
    Instant instant();

    /** Time that only passes, as {@link System#nanoTime}: decides what is late, stale or idle. */
    long nanoTime();

    /** Does a task soon on a thread of its own, which may wait. False: this machine has stopped. */
    boolean run(Runnable task);

    /** Like {@link #run}, for one of the few tasks that talk to the database. */
    default boolean converse(Runnable task) {
        return run(task);
    }

    /** Like {@link #run} after a pause, which is cut short when the machine stops. */
    boolean runLater(Duration pause, Runnable task);

    /** {@link #runLater} for a task that talks to the database. */
    default boolean converseLater(Duration pause, Runnable task) {
        return runLater(pause, task);
    }

    /** Takes no further task. */
    void stop();

    boolean isStopped();

    /** Waits for the tasks under way; false when they did not end within the time. */
    boolean awaitEnd(Duration limit);
}
