package dev.scrip.postgres;

import io.hypersistence.tsid.TSID;
import java.util.Optional;

/**
 * Row identifiers: 64-bit, ordered by time, made by the program (distributed-friendly: a sequence
 * would be one node's). In public they are written as 13 characters behind a prefix that says what
 * they name: {@code org_0J8XK2M4T7Q9A}.
 */
public final class Ids {

    private Ids() {}

    public static long next() {
        return TSID.fast().toLong();
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
