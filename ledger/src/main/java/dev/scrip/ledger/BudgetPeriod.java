package dev.scrip.ledger;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import org.jspecify.annotations.Nullable;

/** How often a budget begins anew: calendar periods in UTC; weeks begin on Monday (ISO 8601). */
public enum BudgetPeriod {
    DAY,
    WEEK,
    MONTH,
    /** Never. */
    LIFETIME;

    /** The first day of the period that holds a moment; the epoch for a lifetime. */
    LocalDate firstDay(Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
        return switch (this) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
            case LIFETIME -> LocalDate.EPOCH;
        };
    }

    /** The first day after that period; null: it does not end. */
    @Nullable LocalDate endDay(Instant moment) {
        LocalDate first = firstDay(moment);
        return switch (this) {
            case DAY -> first.plusDays(1);
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
            case LIFETIME -> null;
        };
    }

    /** When the period that holds a moment began. */
    public Instant start(Instant moment) {
        return start(firstDay(moment));
    }

    /** When it ends and the next begins; null: never. */
    public @Nullable Instant end(Instant moment) {
        LocalDate end = endDay(moment);
        return end == null ? null : start(end);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
