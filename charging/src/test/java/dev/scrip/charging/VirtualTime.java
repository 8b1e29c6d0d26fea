package dev.scrip.charging;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The time of a simulation, which passes from one event to the next, in one thread. */
final class VirtualTime {

    private record Event(long at, long number, Runnable task) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long count;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void after(long nanos, Runnable task) {
        events.add(new Event(now + nanos, count++, task));
    }

    /** Lets time pass until the next event, and that happen. */
    void step() {
        Event next = events.remove();
        now = next.at();
        next.task().run();
    }
}
