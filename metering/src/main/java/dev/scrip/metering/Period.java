package dev.scrip.metering;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The days of a query as moments. They are computed here and not in SQL, so that one table of time
 * zones is asked, and days without midnight or with 23 or 25 hours come out right.
 *
 * @param starts of each day, in order
 * @param ends of each day: the start of the next
 */
record Period(List<LocalDate> days, List<Instant> starts, List<Instant> ends) {

    /** About ten years: a chart of more days is a mistake. */
    private static final int DAYS_MAX = 3_660;

    /**
     * @throws IllegalArgumentException if there are more days than ten years have
     */
    static Period of(UsageQuery query) {
        if (query.from().plusDays(DAYS_MAX).isBefore(query.to())) {
            throw new IllegalArgumentException("too long: " + query.from() + " to " + query.to());
        }
        List<LocalDate> days =
                query.from().isAfter(query.to())
                        ? List.of()
                        : query.from().datesUntil(query.to().plusDays(1)).toList();
        List<Instant> starts = new ArrayList<>();
        List<Instant> ends = new ArrayList<>();
        for (LocalDate day : days) {
            starts.add(start(day, query));
            ends.add(start(day.plusDays(1), query));
        }
        return new Period(days, starts, ends);
    }

    /** The first moment of the period. */
    Instant from() {
        return starts.isEmpty() ? Instant.EPOCH : starts.getFirst();
    }

    /** The first moment after it. */
    Instant to() {
        return ends.isEmpty() ? Instant.EPOCH : ends.getLast();
    }

    private static Instant start(LocalDate day, UsageQuery query) {
        return day.atStartOfDay(query.zone()).toInstant();
    }
}
