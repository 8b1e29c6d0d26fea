package dev.scrip.postgres;

import io.hypersistence.tsid.TSID;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Row identifiers: 64-bit, ordered by time, made by the program (distributed-friendly: a sequence
 * would be one node's). In public they are written as 13 characters behind a prefix that says what
 * they name: {@code org_0J8XK2M4T7Q9A}.
 *
 * <p>The upper 42 bits are the millisecond, counted from 2020; then come 12 bits of the process
 * that made it, numbered by the database it works on (see {@link ProcessNumber}), and a counter.
 */
public final class Ids {

    static final int COUNTER_BITS = 10;
    static final int PROCESS_BITS = 12;
    static final int LOWER_BITS = PROCESS_BITS + COUNTER_BITS;

    /** What fits in front of the lower bits: from 1950 to 2089. */
    static final long MILLIS_MAX = (1L << (Long.SIZE - 1 - LOWER_BITS)) - 1;

    private static final InstantSource CLOCK = InstantSource.system();

    /** A process that has not opened a database has no number yet; any will do. */
    private static final IdSeries SERIES =
            new IdSeries(new SecureRandom().nextInt(1 << PROCESS_BITS));

    private Ids() {}

    /** Numbers this process. */
    static void use(int process) {
        SERIES.use(process);
    }

    public static long next() {
        return SERIES.next(millis(CLOCK.millis()));
    }

    /** A new id that stands in order with what was made at a moment. */
    public static long at(Instant moment) {
        return SERIES.next(millis(moment.toEpochMilli()));
    }

    /** The least id of a moment; the ids of what was made before it are less. */
    public static long first(Instant moment) {
        return millis(moment.toEpochMilli()) << LOWER_BITS;
    }

    /** The moment of an id, to the millisecond. */
    public static Instant time(long id) {
        return Instant.ofEpochMilli((id >> LOWER_BITS) + TSID.TSID_EPOCH);
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
