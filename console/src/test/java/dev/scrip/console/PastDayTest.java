package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PastDayTest {

    private static final Instant NOW = Instant.parse("2026-03-15T23:59:59Z");

    private static PastDay read(String typed) {
        return PastDay.read(typed, InstantSource.fixed(NOW));
    }

    @Test
    void endsWithItsLastMomentInUtc() {
        PastDay day = read("2026-02-28");
        assertThat(day.fault()).isEmpty();
        assertThat(day.end()).isEqualTo("2026-03-01T00:00:00Z");
    }

    @Test
    void isTodayUnlessSaid() {
        assertThat(read("")).isEqualTo(new PastDay(LocalDate.parse("2026-03-15"), ""));
        assertThat(read("2026-03-15").fault()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-03-16", "1969-12-31", "+999999999-12-31", "2026-02-30", "<b>", "1"})
    void anythingElseIsSaidAndTodayStandsInstead(String typed) {
        assertThat(read(typed).day()).isEqualTo("2026-03-15");
        assertThat(read(typed).fault()).contains(typed).endsWith("today is shown.");
    }
}
