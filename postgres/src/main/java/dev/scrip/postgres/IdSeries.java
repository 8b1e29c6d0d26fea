package dev.scrip.postgres;

import java.util.Arrays;

/**
 * The ids that one process makes, none of them twice, whatever its clock does.
 *
 * <p>The lower bits of an id are the number that the database gave this process and a counter. Each
 * counter remembers the latest millisecond that it stood beside, and is used for later ones alone:
 * so none is used twice in a millisecond. A millisecond takes the first counter that it may. The
 * first ones are therefore the latest, and what a clock that was put back needs is found free at
 * the end. Only when a millisecond may take none of them (more than 1,024 ids were made in it) an
 * id tells a later one.
 */
final class IdSeries {

    static final int COUNTERS = 1 << Ids.COUNTER_BITS;

    /** The latest millisecond of each counter, never ascending. */
    private final long[] latest = new long[COUNTERS];

    private int process;

    /**
     * @param process from 0 to 4,095
     */
    IdSeries(int process) {
        Arrays.fill(latest, Long.MIN_VALUE);
        use(process);
    }

    /** Makes ids as another process from now on. */
    synchronized void use(int number) {
        if (number >>> Ids.PROCESS_BITS != 0) {
            throw new IllegalArgumentException("no number of a process: " + number);
        }
        process = number;
    }

    /**
     * @throws IllegalStateException at the end of all time
     */
    synchronized long next(long millis) {
        long told = millis;
        int counter = firstFree(told);
        if (counter == COUNTERS) {
            told = latest[COUNTERS - 1] + 1;
            counter = firstFree(told);
        }
        if (told > Ids.MILLIS_MAX) {
            throw new IllegalStateException("there are no more ids");
        }
        latest[counter] = told;
        return told << Ids.LOWER_BITS | (long) process << Ids.COUNTER_BITS | counter;
    }

    /** The first counter whose latest millisecond is before this one. */
    private int firstFree(long millis) {
        int from = 0;
        int to = COUNTERS;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (latest[middle] < millis) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
