package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "      | 20                            | PT20S",
                "      | 0                             | PT0S",
                " 1500 | 20                            | PT1.5S",
                "      | Sun, 22 Nov 2026 12:01:30 GMT | PT1M30S",
                "  x   | 7                             | PT7S"
            })
    void readsSecondsMillisecondsAndDates(
            @Nullable String millis, String value, Duration expected) {
        assertThat(RetryAfter.read(millis, value, NOW)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"soon", "-1", "1e9", "99999999999", "Sun, 22 Nov 2026 11:00:00 GMT"})
    void takesNothingElse(String value) {
        assertThat(RetryAfter.read(null, value, NOW)).isEmpty();
    }

    @Test
    void tellsWholeSecondsAndNeverNone() {
        assertThat(RetryAfter.seconds(Duration.ZERO)).isEqualTo(1);
        assertThat(RetryAfter.seconds(Duration.ofMillis(1_001))).isEqualTo(2);
    }
}
