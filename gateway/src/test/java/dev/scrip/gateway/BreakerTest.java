package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Breaker breaker = new Breaker(3, clock);

    private void fails(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(breaker.enter());
        }
    }

    private void succeeds(int times) {
        for (int i = 0; i < times; i++) {
            breaker.succeeded(breaker.enter());
        }
    }

    private boolean asked() {
        return breaker.obstacle() == Breaker.Obstacle.NOTHING;
    }

    @Test
    void opensAfterSoManyFailuresAndThenTriesOnce() {
        fails(2);
        assertThat(asked()).isTrue();
        fails(1);
        assertThat(breaker.obstacle()).isEqualTo(Breaker.Obstacle.OPEN);
        assertThat(breaker.timeLeft()).isEqualTo(Duration.ofSeconds(5));
        assertThat(breaker.enter()).isEqualTo(Breaker.REFUSED);

        clock.advance(Duration.ofSeconds(5));
        long probe = breaker.enter();
        assertThat(probe).isNotEqualTo(Breaker.REFUSED);
        assertThat(breaker.enter()).isEqualTo(Breaker.REFUSED);
        breaker.succeeded(probe);
        assertThat(asked()).isTrue();
        fails(2);
        assertThat(asked()).as("what was before it opened is forgotten").isTrue();
    }

    @Test
    void waitsTwiceAsLongAfterEachProbeThatFails() {
        fails(3);
        for (long seconds : new long[] {5, 10, 20, 40, 60, 60}) {
            assertThat(breaker.timeLeft()).isEqualTo(Duration.ofSeconds(seconds));
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(asked()).isFalse();
            clock.advance(Duration.ofMillis(1));
            breaker.failed(breaker.enter());
        }
        clock.advance(Duration.ofMinutes(1));
        breaker.succeeded(breaker.enter());
        fails(3);
        assertThat(breaker.timeLeft()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aProbeThatTaughtNothingIsFollowedByTheNext() {
        fails(3);
        clock.advance(Duration.ofSeconds(5));
        breaker.dropped(breaker.enter());
        long next = breaker.enter();
        assertThat(next).isNotEqualTo(Breaker.REFUSED);
        breaker.succeeded(next);
        assertThat(asked()).isTrue();
    }

    @Test
    void fewFailuresAmongManyAnswersDoNotOpenIt() {
        succeeds(4);
        fails(3);
        assertThat(asked()).isTrue();
        fails(1);
        assertThat(asked()).isFalse();
    }

    @Test
    void oldFailuresAreForgotten() {
        fails(2);
        clock.advance(Duration.ofSeconds(11));
        fails(2);
        assertThat(asked()).isTrue();
    }

    @Test
    void whatWasLetInBeforeItOpenedDecidesNothingAfter() {
        long early = breaker.enter();
        long other = breaker.enter();
        fails(3);
        clock.advance(Duration.ofSeconds(5));
        long probe = breaker.enter();
        breaker.succeeded(early);
        assertThat(asked()).isFalse();
        breaker.failed(other);
        breaker.succeeded(probe);
        assertThat(asked()).isTrue();
    }

    @Test
    void anAccountThatDoesNotWorkOpensItAtOnce() {
        succeeds(10);
        breaker.failedForAll(breaker.enter());
        assertThat(asked()).isFalse();
    }

    @Test
    void canBeSwitchedOff() {
        Breaker never = new Breaker(0, clock);
        for (int i = 0; i < 20; i++) {
            never.failed(never.enter());
        }
        never.failedForAll(never.enter());
        assertThat(never.obstacle()).isEqualTo(Breaker.Obstacle.NOTHING);
    }

    @Test
    void isLeftAloneAsLongAsItAsksButNotForEver() {
        breaker.leaveAlone(Duration.ofSeconds(30));
        breaker.leaveAlone(Duration.ofSeconds(10));
        assertThat(breaker.obstacle()).isEqualTo(Breaker.Obstacle.RETRY_AFTER);
        assertThat(breaker.timeLeft()).isEqualTo(Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(30));
        assertThat(asked()).isTrue();

        breaker.leaveAlone(Duration.ofDays(30));
        clock.advance(Duration.ofMinutes(10));
        assertThat(asked()).isTrue();
    }
}
