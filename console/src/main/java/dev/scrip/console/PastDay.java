package dev.scrip.console;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * A day (UTC) at whose end somebody wants to know how things stood, as the address has it.
 *
 * @param fault what was wrong with it, and today stands instead; empty: nothing
 */
public record PastDay(LocalDate day, String fault) {

    private static final LocalDate FIRST = LocalDate.EPOCH;

    /**
     * @param typed empty: today
     */
    static PastDay read(String typed, InstantSource clock) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (typed.isEmpty()) {
            return new PastDay(today, "");
        }
        try {
            LocalDate day = LocalDate.parse(typed);
            return day.isAfter(today) || day.isBefore(FIRST)
                    ? new PastDay(today, "%s is no past day; today is shown.".formatted(typed))
                    : new PastDay(day, "");
        } catch (DateTimeParseException malformed) {
            return new PastDay(
                    today, "“%s” is no day such as 2026-03-31; today is shown.".formatted(typed));
        }
    }

    /** The first moment that no longer counts. */
    Instant end() {
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
