package dev.scrip.console;

import dev.scrip.metering.UsageQuery;
import dev.scrip.organizations.ApiKey;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which usage a page shows, exactly as it stands in the address: a filter that is printed and read
 * again is the same one, so that back, reload and a sent link work.
 *
 * <p>What cannot be understood is left out and said in {@code notices}, never guessed.
 *
 * @param preset the named range that {@code from} and {@code to} follow; empty: days chosen by hand
 * @param from the first day, in {@code zone}
 * @param to the last day, inclusive, in {@code zone}
 * @param notices sentences about what was ignored or cut
 */
public record UsageFilter(
        Optional<Preset> preset,
        LocalDate from,
        LocalDate to,
        ZoneId zone,
        UsageOf of,
        List<String> notices) {

    /** A chart of more days than a year has bars too thin to open. */
    static final int CHART_DAYS_MAX = 366;

    /** Lists may go back further; about ten years are what metering adds up at once. */
    static final int LIST_DAYS_MAX = 3_660;

    /** No request is older: ids count the time from here. */
    static final LocalDate FIRST_DAY = LocalDate.of(2020, 1, 1);

    /** A range that moves with the calendar. */
    public enum Preset {
        TODAY("today", "Today"),
        WEEK("7d", "Last 7 days"),
        DAYS_30("30d", "Last 30 days"),
        MONTH("month", "This month"),
        LAST_MONTH("last-month", "Last month");

        private final String parameter;
        private final String title;

        Preset(String parameter, String title) {
            this.parameter = parameter;
            this.title = title;
        }

        public String parameter() {
            return parameter;
        }

        public String title() {
            return title;
        }

        private LocalDate from(LocalDate today) {
            return switch (this) {
                case TODAY -> today;
                case WEEK -> today.minusDays(6);
                case DAYS_30 -> today.minusDays(29);
                case MONTH -> today.withDayOfMonth(1);
                case LAST_MONTH -> today.minusMonths(1).withDayOfMonth(1);
            };
        }

        private LocalDate to(LocalDate today) {
            return this == LAST_MONTH ? today.withDayOfMonth(1).minusDays(1) : today;
        }

        private static Optional<Preset> of(String parameter) {
            for (Preset preset : values()) {
                if (preset.parameter.equals(parameter)) {
                    return Optional.of(preset);
                }
            }
            return Optional.empty();
        }
    }

    public UsageFilter {
        notices = List.copyOf(notices);
    }

    /**
     * Reads the address; without days in it, the last 30.
     *
     * @param usualZone the reader's, when the address names none
     * @param daysMax as many of the last days as can be shown at once
     */
    static UsageFilter read(
            MultivaluedMap<String, String> parameters, ZoneId usualZone, Instant now, int daysMax) {
        List<String> notices = new ArrayList<>();
        ZoneId zone =
                value(parameters, "zone")
                        .flatMap(typed -> zone(typed, usualZone, notices))
                        .orElse(usualZone);
        LocalDate today = now.atZone(zone).toLocalDate();
        Optional<LocalDate> from = value(parameters, "from").flatMap(typed -> day(typed, notices));
        Optional<LocalDate> to = value(parameters, "to").flatMap(typed -> day(typed, notices));
        Optional<Preset> preset =
                from.isPresent() || to.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                value(parameters, "range")
                                        .flatMap(Preset::of)
                                        .orElse(Preset.DAYS_30));
        LocalDate end = to.orElseGet(() -> preset.map(p -> p.to(today)).orElse(today));
        LocalDate start =
                from.orElseGet(() -> preset.map(p -> p.from(today)).orElse(end.minusDays(29)));
        LocalDate last = start.isAfter(end) ? start : end;
        LocalDate first = start.isAfter(end) ? end : start;
        if (first.isBefore(last.minusDays(daysMax - 1))) {
            first = last.minusDays(daysMax - 1);
            notices.add("At most %d days are shown at once.".formatted(daysMax));
        }
        return new UsageFilter(
                preset, first, last, zone, UsageOf.read(parameters, notices), notices);
    }

    /**
     * @param keys all of the organization, for those of a member
     */
    UsageQuery query(long organizationId, List<ApiKey> keys) {
        return new UsageQuery(
                organizationId,
                from,
                to,
                zone,
                of.model(),
                of.projectId(),
                of.apiKeyIds(keys),
                of.endUser());
    }

    /** The same filter on another range. */
    UsageFilter on(Preset other, Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return new UsageFilter(
                Optional.of(other), other.from(today), other.to(today), zone, of, List.of());
    }

    UsageFilter onDay(LocalDate day) {
        return new UsageFilter(Optional.empty(), day, day, zone, of, List.of());
    }

    /** The same days of something else. */
    UsageFilter of(UsageOf other) {
        return new UsageFilter(preset, from, to, zone, other, List.of());
    }

    /** Only the reader's time zone and preset range: what "remove the filters" opens. */
    public UsageFilter everything() {
        return of(UsageOf.EVERYTHING);
    }

    public boolean narrowed() {
        return of.isNarrowed();
    }

    /** The part of the address behind the path: {@code ?range=7d&zone=Europe%2FVienna}. */
    public String address() {
        StringBuilder address = new StringBuilder();
        preset.ifPresentOrElse(
                named -> append(address, "range", named.parameter),
                () -> {
                    append(address, "from", from.toString());
                    append(address, "to", to.toString());
                });
        address.append(of.address());
        append(address, "zone", zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId());
        return address.toString();
    }

    private static void append(StringBuilder address, String name, String value) {
        address.append(address.isEmpty() ? '?' : '&').append(parameter(name, value));
    }

    /** As it stands in an address. */
    static String parameter(String name, String value) {
        return name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static Optional<String> value(MultivaluedMap<String, String> parameters, String name) {
        return Optional.ofNullable(parameters.getFirst(name))
                .map(String::strip)
                .filter(typed -> !typed.isEmpty());
    }

    private static Optional<ZoneId> zone(String typed, ZoneId usual, List<String> notices) {
        try {
            ZoneId zone = ZoneId.of(typed);
            return Optional.of(zone.normalized().equals(ZoneOffset.UTC) ? ZoneOffset.UTC : zone);
        } catch (DateTimeException unknown) {
            notices.add(
                    "“%s” is no time zone that we know; days are in %s."
                            .formatted(typed, usual.getId()));
            return Optional.empty();
        }
    }

    private static Optional<LocalDate> day(String typed, List<String> notices) {
        try {
            LocalDate day = LocalDate.parse(typed);
            if (day.getYear() >= 2000 && day.getYear() <= 9999) {
                return Optional.of(day);
            }
        } catch (DateTimeParseException noDay) {
            // said below, as for a year that cannot be meant
        }
        notices.add("“%s” is no day such as 2026-01-31; it was left out.".formatted(typed));
        return Optional.empty();
    }
}
