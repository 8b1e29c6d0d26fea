package dev.scrip.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Calendar days in UTC, in the tables as days since 1970. */
final class Days {

    private static final long SECONDS = 86_400;

    private Days() {}

    static int of(Instant moment) {
        return Math.toIntExact(Math.floorDiv(moment.getEpochSecond(), SECONDS));
    }

    static int of(LocalDate day) {
        return Math.toIntExact(day.toEpochDay());
    }

    static Instant start(int day) {
        return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
