package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.testing.SettableClock;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Laws of one process's limiter, on random traffic. */
class RateLawTest {

    /** Something asks for this many tokens, this long after what asked before. */
    record Arrival(Duration pause, long tokens) {}

    private static final Caller CALLER = new Caller(1, 2, 3, 4);
    private static final Duration BURST = Duration.ofSeconds(15);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final RateGate gate = new RateGate(clock);

    @Property(tries = 300)
    void noMinuteSeesMoreThanTheLimitAndABurst(
            @ForAll("traffic") List<Arrival> traffic, @ForAll("limits") long limit) {
        Bound bound = bound(limit);
        List<Instant> times = new ArrayList<>();
        List<Long> passed = new ArrayList<>();
        long largest = 0;
        for (Arrival arrival : traffic) {
            clock.advance(arrival.pause);
            long tokens = Math.min(arrival.tokens, limit);
            if (take(bound, tokens)) {
                times.add(clock.instant());
                passed.add(tokens);
                largest = Math.max(largest, tokens);
            }
        }
        long most = limit + Math.max(limit / 4, largest);
        int first = 0;
        long sum = 0;
        for (int last = 0; last < times.size(); last++) {
            sum += passed.get(last);
            while (times.get(last).isAfter(times.get(first).plus(Duration.ofMinutes(1)))) {
                sum -= passed.get(first++);
            }
            assertThat(sum).isLessThanOrEqualTo(most);
        }
    }

    @Property(tries = 300)
    void whoWaitsForWhatItTookIsNeverRefused(
            @ForAll("traffic") List<Arrival> traffic, @ForAll("limits") long limit) {
        Bound bound = bound(limit);
        for (Arrival arrival : traffic) {
            long tokens = Math.min(arrival.tokens, limit);
            assertThat(take(bound, tokens)).isTrue();
            clock.advance(Duration.ofNanos(bound.cost(tokens)).plus(arrival.pause));
        }
    }

    /** Where both can say anything: whole tokens, no request larger than the bucket. */
    @Property(tries = 300)
    void itDecidesAsBucket4jDoes(@ForAll("traffic") List<Arrival> traffic) {
        long limit = 60_000;
        Bound bound = bound(limit);
        Bucket bucket =
                Bucket.builder()
                        .addLimit(
                                made ->
                                        made.capacity(limit / 4)
                                                .refillGreedy(limit, Duration.ofMinutes(1)))
                        .withCustomTimePrecision(meter())
                        .build();
        for (Arrival arrival : traffic) {
            clock.advance(arrival.pause);
            long tokens = Math.min(arrival.tokens, limit / 4);
            assertThat(take(bound, tokens)).isEqualTo(bucket.tryConsume(tokens));
        }
    }

    @Property(tries = 300)
    void whatIsGivenBackWasNeverTaken(@ForAll("traffic") List<Arrival> traffic) {
        Bound disturbed = bound(60_000);
        Bound calm = bound(60_000);
        for (Arrival arrival : traffic) {
            clock.advance(arrival.pause);
            if (decide(disturbed, 100) instanceof RateOutcome.Passed(RatePass pass)) {
                pass.giveBack();
            }
            assertThat(take(disturbed, arrival.tokens)).isEqualTo(take(calm, arrival.tokens));
        }
    }

    @Provide
    Arbitrary<List<Arrival>> traffic() {
        Arbitrary<Duration> pause =
                Arbitraries.frequencyOf(
                        Tuple.of(5, Arbitraries.just(Duration.ZERO)),
                        Tuple.of(
                                5,
                                Arbitraries.integers().between(1, 2_000).map(Duration::ofMillis)),
                        Tuple.of(
                                1, Arbitraries.integers().between(1, 90).map(Duration::ofSeconds)));
        return Combinators.combine(pause, Arbitraries.longs().between(1, 20_000))
                .as(Arrival::new)
                .list()
                .ofMaxSize(300);
    }

    @Provide
    Arbitrary<Long> limits() {
        return Arbitraries.longs().between(1, 1_000_000);
    }

    private boolean take(Bound bound, long tokens) {
        return decide(bound, tokens) instanceof RateOutcome.Passed;
    }

    private RateOutcome decide(Bound bound, long tokens) {
        return gate.decide(List.of(bound), RateAsk.text(CALLER, "m", tokens, OptionalLong.of(0)));
    }

    private Bound bound(long limit) {
        return new Bound(
                new RateLimit(
                        1,
                        1,
                        RateSubject.organization(),
                        "",
                        new RateBounds(Map.of(RateUnit.TOKENS_PER_MINUTE, limit))),
                RateUnit.TOKENS_PER_MINUTE,
                limit,
                BURST.toNanos(),
                new Meter(new Meter.Key(1, 1, RateUnit.TOKENS_PER_MINUTE), gate.lock(1), 0));
    }

    private TimeMeter meter() {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                Instant now = clock.instant();
                return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
