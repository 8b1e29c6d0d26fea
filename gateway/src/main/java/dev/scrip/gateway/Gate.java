package dev.scrip.gateway;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The requests that an upstream gets at once, and the line of those that wait for one of them to
 * end. Used from every event loop.
 */
final class Gate {

    /** What came of {@link #enterOrWait}. */
    enum Entry {
        ENTERED,
        WAITING,
        FULL
    }

    private final int runningMax;
    private final int waitingMax;
    private final Deque<Runnable> line = new ArrayDeque<>();
    private int running;

    Gate(int runningMax, int waitingMax) {
        this.runningMax = runningMax;
        this.waitingMax = waitingMax;
    }

    /** Enters if there is room. Whoever entered must {@link #leave}. */
    synchronized boolean enter() {
        if (running >= runningMax) {
            return false;
        }
        running++;
        return true;
    }

    /**
     * Enters if there is room, else stands in line if that has room.
     *
     * @param turn told on any thread that it has entered after waiting
     */
    synchronized Entry enterOrWait(Runnable turn) {
        if (enter()) {
            return Entry.ENTERED;
        }
        if (line.size() >= waitingMax) {
            return Entry.FULL;
        }
        line.addLast(turn);
        return Entry.WAITING;
    }

    /** Out of the line. False: its turn has come already, so it must {@link #leave}. */
    synchronized boolean giveUp(Runnable turn) {
        return line.remove(turn);
    }

    void leave() {
        Runnable next;
        synchronized (this) {
            next = line.pollFirst();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.run();
        }
    }

    synchronized int running() {
        return running;
    }

    synchronized int waiting() {
        return line.size();
    }
}
