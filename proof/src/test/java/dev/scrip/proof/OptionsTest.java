package dev.scrip.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static Options read(Map<String, String> environment) {
        return Options.read(environment, new Random(1));
    }

    @Test
    void withoutAnythingEveryAttackIsCarriedOutOnce() {
        Options options = read(Map.of("LONG", "", "HOURS", "", "SEED", "", "ONLY", ""));
        assertThat(options.isLong()).isFalse();
        assertThat(options.goesOn(0)).isFalse();
        assertThat(options.only()).isEmpty();
    }

    @Test
    void aLongRunGoesOn() {
        assertThat(read(Map.of("LONG", "1")).goesOn(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void partsOfHoursAreEnough() {
        Options options = read(Map.of("LONG", "1", "HOURS", "0.25"));
        assertThat(options.goesOn(TimeUnit.MINUTES.toNanos(15) - 1)).isTrue();
        assertThat(options.goesOn(TimeUnit.MINUTES.toNanos(15))).isFalse();
    }

    @Test
    void aSeedIsTakenAsItIs() {
        assertThat(read(Map.of("SEED", "42")).seed()).isEqualTo(42);
    }
}
