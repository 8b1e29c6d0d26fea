package dev.scrip.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdsTest {

    private static final Instant MOMENT = Instant.parse("2026-11-30T23:59:59.999Z");

    @Test
    void anIdTellsItsMoment() {
        assertThat(Ids.time(Ids.at(MOMENT))).isEqualTo(MOMENT);
        assertThat(Ids.time(Ids.at(MOMENT.plusNanos(999_999)))).isEqualTo(MOMENT);
        assertThat(Ids.time(Ids.next()))
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(1)),
                        Instant.now().plus(Duration.ofMinutes(1)));
    }

    @Test
    void idsStandInTheOrderOfTheirMoments() {
        Instant moment = MOMENT.minusSeconds(1);
        long first = Ids.first(moment);
        for (int i = 0; i < 300; i++) {
            assertThat(Ids.at(moment.minusMillis(1))).isLessThan(first);
            assertThat(Ids.at(moment)).isGreaterThanOrEqualTo(first);
            assertThat(Ids.at(moment)).isLessThan(Ids.first(moment.plusMillis(1)));
        }
    }

    @Test
    void momentsThatNoIdCanTellAreTheFirstOrTheLast() {
        assertThat(Ids.first(Instant.parse("0001-01-01T00:00:00Z"))).isEqualTo(Long.MIN_VALUE);
        assertThat(Ids.first(Instant.parse("9999-01-01T00:00:00Z")))
                .isGreaterThan(Ids.at(Instant.parse("2089-01-01T00:00:00Z")));
    }

    @Test
    void idsOfOneMomentDiffer() {
        Instant past = Instant.parse("2026-01-01T00:00:00Z");
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(ids.add(Ids.at(past))).isTrue();
            assertThat(ids.add(Ids.next())).isTrue();
        }
    }

    @Test
    void thePrintedFormIsReadBack() {
        long id = Ids.next();
        String printed = Ids.print("org_", id);
        assertThat(printed).matches("org_[0-9A-HJKMNP-TV-Z]{13}");
        assertThat(Ids.parse("org_", printed)).contains(id);
        assertThat(Ids.parse("key_", printed)).isEmpty();
        assertThat(Ids.parse("org_", "org_none")).isEmpty();
    }
}
