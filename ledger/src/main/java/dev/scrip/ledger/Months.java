package dev.scrip.ledger;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Calendar months in UTC, in the tables as a number such as 202611. */
final class Months {

    private static final int MONTHS_BASE = 100;

    private Months() {}

    static int of(Instant moment) {
        return number(at(moment));
    }

    static YearMonth at(Instant moment) {
        return YearMonth.from(moment.atOffset(ZoneOffset.UTC));
    }

    static int number(YearMonth month) {
        return month.getYear() * MONTHS_BASE + month.getMonthValue();
    }

    static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    static Instant end(YearMonth month) {
        return start(month.plusMonths(1));
    }
}
