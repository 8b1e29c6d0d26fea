package dev.scrip.gateway;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how long a server wants to be left alone. */
final class RetryAfter {

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private RetryAfter() {}

    /**
     * Reads the headers.
     *
     * @param millis {@code retry-after-ms}, which goes first
     * @param value {@code retry-after}: seconds or a date
     * @return empty: nothing was said, or nothing that makes sense
     */
    static Optional<Duration> read(@Nullable String millis, @Nullable String value, Instant now) {
        Optional<Duration> exact = number(millis).map(Duration::ofMillis);
        if (exact.isPresent() || value == null) {
            return exact;
        }
        Optional<Duration> seconds = number(value).map(Duration::ofSeconds);
        return seconds.isPresent() ? seconds : until(value, now);
    }

    private static Optional<Long> number(@Nullable String digits) {
        return digits != null && digits.matches("\\d{1,9}")
                ? Optional.of(Long.valueOf(digits))
                : Optional.empty();
    }

    private static Optional<Duration> until(String date, Instant now) {
        try {
            Duration left = Duration.between(now, HTTP_DATE.parse(date, Instant::from));
            return left.isPositive() ? Optional.of(left) : Optional.empty();
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    /** Whole seconds, as a server says it. */
    static long seconds(Duration left) {
        return Math.max(1, left.plusMillis(999).toSeconds());
    }
}
