package dev.scrip.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInLimitsTest {

    private static final String HOME = "192.0.2.1";
    private static final String OFFICE = "198.51.100.7";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final SignInLimits limits = new SignInLimits(clock);

    private int tries(String address, String email, int wanted) {
        int granted = 0;
        for (int i = 0; i < wanted; i++) {
            granted += limits.take(address, email).isEmpty() ? 1 : 0;
        }
        return granted;
    }

    @Test
    void fiveAMinuteForAnAddressFromOneNetwork() {
        assertThat(tries(HOME, "ada", 10)).isEqualTo(5);
        assertThat(limits.take(HOME, "ada"))
                .hasValueSatisfying(
                        wait ->
                                assertThat(wait)
                                        .isPositive()
                                        .isLessThanOrEqualTo(Duration.ofSeconds(12)));
        assertThat(tries(HOME, "bob", 10)).isEqualTo(5);
        assertThat(tries(OFFICE, "ada", 10)).as("nobody is locked out from elsewhere").isEqualTo(5);

        clock.advance(Duration.ofSeconds(12));
        assertThat(tries(HOME, "ada", 10)).isEqualTo(1);
    }

    @Test
    void thenSlow() {
        int granted = 0;
        for (int minute = 0; minute < 60; minute++) {
            granted += tries(HOME, "ada", 10);
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(granted).isBetween(20, 40);
    }

    @Test
    void sixtyAMinuteFromOneNetwork() {
        int granted = 0;
        for (int person = 0; person < 100; person++) {
            granted += tries(HOME, "person" + person, 1);
        }
        assertThat(granted).isEqualTo(60);
        assertThat(tries(OFFICE, "person", 1)).isEqualTo(1);
    }

    @Test
    void anIpv6NetworkCountsAsOne() {
        int granted = 0;
        for (int host = 0; host < 100; host++) {
            granted += tries("2001:db8:1:2::" + Integer.toHexString(host), "person" + host, 1);
        }
        assertThat(granted).isEqualTo(60);
        assertThat(tries("2001:db8:1:3::1", "ada", 1)).isEqualTo(1);
    }

    @Test
    void aRightPasswordCostsNothing() {
        for (int i = 0; i < 200; i++) {
            assertThat(limits.take(HOME, "ada")).as("sign-in %s", i).isEmpty();
            limits.giveBack(HOME, "ada");
        }
    }
}
