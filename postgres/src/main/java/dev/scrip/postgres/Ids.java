package dev.scrip.postgres;

import io.hypersistence.tsid.TSID;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Row identifiers: 64-bit, ordered by time, made by the program (distributed-friendly: a sequence
 * would be one node's). In public they are written as 13 characters behind a prefix that says what
 * they name: {@code org_0J8XK2M4T7Q9A}.
 *
 * <p>The upper 42 bits are the millisecond, counted from 2020; the others tell apart what was made
 * in it.
 */
public final class Ids {

    private static final int COUNTER_BITS = 22;
    private static final int COUNTER_MASK = (1 << COUNTER_BITS) - 1;

    /** What fits in front of the counter: from 1950 to 2089. */
    private static final long MILLIS_MAX = (1L << (Long.SIZE - 1 - COUNTER_BITS)) - 1;

    private static final InstantSource CLOCK = InstantSource.system();
    private static final AtomicInteger COUNTER = new AtomicInteger(new SecureRandom().nextInt());

    private Ids() {}

    public static long next() {
        return of(CLOCK.millis());
    }

    /** A new id that stands in order with what was made at a moment. */
    public static long at(Instant moment) {
        return of(moment.toEpochMilli());
    }

    /** The least id of a moment; the ids of what was made before it are less. */
    public static long first(Instant moment) {
        return millis(moment.toEpochMilli()) << COUNTER_BITS;
    }

    /** The moment of an id, to the millisecond. */
    public static Instant time(long id) {
        return Instant.ofEpochMilli((id >> COUNTER_BITS) + TSID.TSID_EPOCH);
    }

    private static long of(long epochMillis) {
        return (millis(epochMillis) << COUNTER_BITS) | (COUNTER.incrementAndGet() & COUNTER_MASK);
    }

    private static long millis(long epochMillis) {
        return Math.clamp(epochMillis - TSID.TSID_EPOCH, -MILLIS_MAX - 1, MILLIS_MAX);
    }

    /** The public form, for example {@code print("org_", 42)}. */
    public static String print(String prefix, long id) {
        return prefix + TSID.from(id);
    }

    /** Reads the public form back; empty for anything else. */
    public static Optional<Long> parse(String prefix, String printed) {
        String digits = printed.startsWith(prefix) ? printed.substring(prefix.length()) : "";
        return TSID.isValid(digits) ? Optional.of(TSID.from(digits).toLong()) : Optional.empty();
    }
}
