package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What one process lets through. */
class RateGateTest {

    private static final Caller CALLER = new Caller(1, 2, 3, 4);
    private static final Duration BURST = Duration.ofSeconds(15);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final RateGate gate = new RateGate(clock);
    private final List<Bound> bounds = new ArrayList<>();

    @Test
    void aQuarterOfAMinutePassesAtOnceAndThenOneAfterTheOther() {
        limit("", RateUnit.REQUESTS_PER_MINUTE, 60);

        assertThat(passed(100)).isEqualTo(15);
        clock.advance(Duration.ofMillis(999));
        assertThat(passed(1)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(passed(2)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(passed(100)).isEqualTo(10);
        clock.advance(Duration.ofHours(5));
        assertThat(passed(100)).isEqualTo(15);
    }

    @Test
    void aSmallLimitLetsOneThroughAtATime() {
        limit("", RateUnit.REQUESTS_PER_MINUTE, 3);

        assertThat(passed(5)).isEqualTo(1);
        clock.advance(Duration.ofMillis(19_999));
        assertThat(passed(5)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(passed(5)).isEqualTo(1);
    }

    @Test
    void aDaysLimitIsThereWhenItIsNeeded() {
        limit("", RateUnit.REQUESTS_PER_DAY, 24);

        assertThat(passed(100)).isEqualTo(24);
        clock.advance(Duration.ofMinutes(59));
        assertThat(passed(1)).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(passed(2)).isEqualTo(1);
    }

    @Test
    void aRefusalSaysWhichLimitAndHowLong() {
        limit("", RateUnit.REQUESTS_PER_MINUTE, 60);
        RateLimit tokens = limit("", RateUnit.TOKENS_PER_MINUTE, 6_000).limit();
        assertThat(ask(1_000, 500)).isInstanceOf(RateOutcome.Passed.class);

        clock.advance(Duration.ofSeconds(1));

        assertThat(ask(150, 50))
                .isEqualTo(
                        new RateOutcome.Refused(
                                tokens,
                                RateUnit.TOKENS_PER_MINUTE,
                                6_000,
                                1_400,
                                200,
                                Duration.ofSeconds(1),
                                false,
                                new RateReadings(
                                        new RateReadings.Reading(60, 15, Duration.ZERO),
                                        new RateReadings.Reading(
                                                6_000, 100, Duration.ofSeconds(14)))));
        clock.advance(Duration.ofSeconds(1));
        assertThat(ask(150, 50)).isInstanceOf(RateOutcome.Passed.class);
    }

    @Test
    void whatOneLimitRefusesNoOtherCounts() {
        limit("", RateUnit.REQUESTS_PER_MINUTE, 60);
        limit("", RateUnit.TOKENS_PER_MINUTE, 6_000);
        assertThat(ask(1_500, 0)).isInstanceOf(RateOutcome.Passed.class);

        for (int i = 0; i < 100; i++) {
            assertThat(ask(1_500, 0)).isInstanceOf(RateOutcome.Refused.class);
        }

        clock.advance(Duration.ofSeconds(15));
        assertThat(readings(ask(1_500, 0)).requests())
                .isEqualTo(new RateReadings.Reading(60, 14, Duration.ofSeconds(1)));
    }

    @Test
    void whatIsLargerThanTheBurstPassesWhenTheBucketIsFullAndIsWaitedFor() {
        limit("", RateUnit.TOKENS_PER_MINUTE, 6_000);
        assertThat(ask(5_000, 0)).isInstanceOf(RateOutcome.Passed.class);

        clock.advance(Duration.ofSeconds(34));
        assertThat(ask(100, 0)).isInstanceOf(RateOutcome.Refused.class);
        clock.advance(Duration.ofSeconds(2));
        assertThat(ask(100, 0)).isInstanceOf(RateOutcome.Passed.class);
    }

    @Test
    void onlyAnInputThatNeverFitsIsRefusedForGood() {
        limit("", RateUnit.TOKENS_PER_MINUTE, 6_000);

        assertThat(ask(100, 64_000)).isInstanceOf(RateOutcome.Passed.class);
        clock.advance(Duration.ofMinutes(2));
        assertThat(refusal(ask(6_001, 10)).tooLarge()).isTrue();
        assertThat(ask(6_000, 10)).isInstanceOf(RateOutcome.Passed.class);
    }

    @Test
    void whatWasUsedTakesThePlaceOfWhatWasTaken() {
        limit("", RateUnit.TOKENS_PER_MINUTE, 6_000);
        RatePass first = pass(ask(100, 6_000));
        assertThat(ask(100, 0)).isInstanceOf(RateOutcome.Refused.class);

        first.settle(100, 200, 0, 0); // one attempt
        first.settle(0, 100, 0, 0); // another
        first.giveBack();

        RateOutcome second = ask(100, 100);
        assertThat(readings(second).tokens())
                .isEqualTo(new RateReadings.Reading(6_000, 900, Duration.ofSeconds(6)));
        pass(second).settle(100, 1_500, 0, 0);
        assertThat(refusal(ask(1, 0)).retryAfter()).isEqualTo(Duration.ofMillis(5_010));
    }

    @Test
    void whatCameToNothingGoesBackButTheRequestOfTheMinute() {
        limit("", RateUnit.TOKENS_PER_MINUTE, 6_000);
        limit("", RateUnit.REQUESTS_PER_MINUTE, 60);
        limit("", RateUnit.REQUESTS_PER_DAY, 100);
        for (int i = 0; i < 5; i++) {
            pass(ask(1_000, 5_000)).giveBack();
        }

        assertThat(readings(ask(100, 0)))
                .isEqualTo(
                        new RateReadings(
                                new RateReadings.Reading(60, 9, Duration.ofSeconds(6)),
                                new RateReadings.Reading(6_000, 1_400, Duration.ofSeconds(1))));
    }

    @Test
    void whoNamesNoBoundIsTakenForWhatIsUsual() {
        limit("", RateUnit.TOKENS_PER_MINUTE, 60_000);
        RatePass first = pass(unbounded(100));
        assertThat(first.readings().tokens().remaining()).isEqualTo(15_000 - 1_100);
        first.settle(100, 1_000, 0, 0);
        for (int i = 0; i < 40; i++) {
            clock.advance(Duration.ofMinutes(5));
            pass(unbounded(100)).settle(100, 4_000, 0, 0);
        }
        clock.advance(Duration.ofMinutes(5));

        assertThat(pass(unbounded(100)).readings().tokens().remaining())
                .isBetween(15_000L - 4_100, 15_000L - 4_050);
    }

    @Test
    void aModelsLimitCountsThatModelAlone() {
        limit("small", RateUnit.REQUESTS_PER_MINUTE, 4);
        limit("", RateUnit.REQUESTS_PER_MINUTE, 60);

        assertThat(ask("small", 0)).isInstanceOf(RateOutcome.Passed.class);
        assertThat(ask("small", 0)).isInstanceOf(RateOutcome.Refused.class);
        assertThat(ask("large", 0)).isInstanceOf(RateOutcome.Passed.class);
        assertThat(readings(ask("large", 0)).requests().remaining()).isEqualTo(12);
    }

    @Test
    void picturesAndSoundAreCountedToo() {
        limit("", RateUnit.IMAGES_PER_MINUTE, 8);
        limit("", RateUnit.AUDIO_SECONDS_PER_MINUTE, 600);
        RateAsk pictures = new RateAsk(CALLER, "m", 0, OptionalLong.of(0), 2, 0);
        RateAsk sound = new RateAsk(CALLER, "m", 0, OptionalLong.of(0), 0, 150);

        assertThat(gate.decide(bounds, pictures)).isInstanceOf(RateOutcome.Passed.class);
        assertThat(refusal(gate.decide(bounds, pictures)).unit())
                .isEqualTo(RateUnit.IMAGES_PER_MINUTE);
        pass(gate.decide(bounds, sound)).settle(0, 0, 0, 100);
        assertThat(refusal(gate.decide(bounds, sound)).retryAfter())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void hugeLimitsAreCountedExactlyToo() {
        Bound bound = limit("", RateUnit.TOKENS_PER_MINUTE, RateBounds.MAX);

        assertThat(bound.cost(RateBounds.MAX)).isEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(bound.cost(RateBounds.MAX - 1)).isEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(bound.capacity()).isEqualTo(RateBounds.MAX / 4);
        assertThat(bound.cost(Long.MAX_VALUE)).isPositive();
    }

    @Test
    void nobodyWithoutALimitIsTouched() {
        assertThat(readings(ask(1L << 30, 1L << 30))).isEqualTo(RateReadings.NONE);
    }

    private Bound limit(String model, RateUnit unit, long max) {
        long id = bounds.size() + 1L;
        Bound bound =
                new Bound(
                        new RateLimit(
                                1,
                                id,
                                RateSubject.organization(),
                                model,
                                new RateBounds(Map.of(unit, max))),
                        unit,
                        max,
                        new RateLimitSettings(RateBounds.NONE, BURST).burst(unit).toNanos(),
                        new Meter(new Meter.Key(1, id, unit), gate.lock(1), 0));
        bounds.add(bound);
        return bound;
    }

    private long passed(int asked) {
        long passed = 0;
        for (int i = 0; i < asked; i++) {
            passed += ask(0, 0) instanceof RateOutcome.Passed ? 1 : 0;
        }
        return passed;
    }

    private RateOutcome ask(long input, long output) {
        return gate.decide(bounds, RateAsk.text(CALLER, "m", input, OptionalLong.of(output)));
    }

    private RateOutcome ask(String model, long input) {
        return gate.decide(bounds, RateAsk.text(CALLER, model, input, OptionalLong.of(0)));
    }

    private RateOutcome unbounded(long input) {
        return gate.decide(bounds, RateAsk.text(CALLER, "m", input, OptionalLong.empty()));
    }

    private static RatePass pass(RateOutcome outcome) {
        assertThat(outcome).isInstanceOf(RateOutcome.Passed.class);
        return ((RateOutcome.Passed) outcome).pass();
    }

    private static RateReadings readings(RateOutcome outcome) {
        return pass(outcome).readings();
    }

    private static RateOutcome.Refused refusal(RateOutcome outcome) {
        assertThat(outcome).isInstanceOf(RateOutcome.Refused.class);
        return (RateOutcome.Refused) outcome;
    }
}
