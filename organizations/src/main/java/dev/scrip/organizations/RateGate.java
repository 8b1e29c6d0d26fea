package dev.scrip.organizations;

import dev.scrip.organizations.RatePass.Taken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests through as fast as all of their limits allow, or none of them is touched. In
 * memory, in less than a microsecond; what is taken is told to the other processes later.
 */
final class RateGate {

    /** How long after a refusal for its share alone a process looks what the others have left. */
    static final Duration LOOK = Duration.ofMillis(100);

    private static final int PROCESSES_MAX = 1_000;

    /** Buckets of one organization have one lock, so that all or none are taken from. */
    private static final int LOCKS = 256;

    private final InstantSource clock;
    private final Object[] locks = new Object[LOCKS];
    private final Set<Meter> busy = ConcurrentHashMap.newKeySet();
    private volatile Runnable shareUsedUp = () -> {};
    private volatile int processes = 1;

    RateGate(InstantSource clock) {
        this.clock = clock;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** How many processes share the buckets. */
    void processes(int alive) {
        processes = Math.clamp(alive, 1, PROCESSES_MAX);
    }

    int processes() {
        return processes;
    }

    /** Told when this process has used up its share of what others may have left. */
    void onShareUsedUp(Runnable told) {
        shareUsedUp = told;
    }

    /** Those of which something was taken since they were last told. */
    Set<Meter> busy() {
        return busy;
    }

    Object lock(long organizationId) {
        return locks[Math.floorMod(Long.hashCode(organizationId * 0x9E3779B97F4A7C15L), LOCKS)];
    }

    long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    RateOutcome decide(List<Bound> bounds, RateAsk ask) {
        List<Bound> covering = covering(bounds, ask.model());
        if (covering.isEmpty()) {
            return new RateOutcome.Passed(RatePass.NONE);
        }
        long now = now();
        RateOutcome outcome;
        boolean others;
        synchronized (covering.getFirst().meter().lock) {
            List<Taken> wanted = wanted(covering, ask);
            Worst worst = worst(wanted, now);
            others = worst != null && worst.isOfShareAlone();
            outcome = worst == null ? take(wanted, now) : refuse(worst, wanted, now);
        }
        if (others) {
            shareUsedUp.run();
        }
        return outcome;
    }

    private static List<Bound> covering(List<Bound> bounds, String model) {
        boolean all = true;
        for (Bound bound : bounds) {
            all &= bound.limit().covers(model);
        }
        return all ? bounds : bounds.stream().filter(bound -> bound.limit().covers(model)).toList();
    }

    private static List<Taken> wanted(List<Bound> covering, RateAsk ask) {
        List<Taken> wanted = new ArrayList<>(covering.size());
        for (Bound bound : covering) {
            long units =
                    switch (bound.unit()) {
                        case REQUESTS_PER_MINUTE, REQUESTS_PER_DAY -> 1;
                        case TOKENS_PER_MINUTE ->
                                // An output bound above the limit is no reason to refuse:
                                // most answers end long before it.
                                Math.max(
                                        ask.inputTokens(),
                                        Math.min(
                                                bound.max(),
                                                ask.inputTokens() + output(bound, ask)));
                        case IMAGES_PER_MINUTE -> ask.images();
                        case AUDIO_SECONDS_PER_MINUTE -> ask.audioSeconds();
                    };
            if (units > 0) {
                wanted.add(new Taken(bound, units));
            }
        }
        return wanted;
    }

    private static long output(Bound bound, RateAsk ask) {
        return Math.min(RateBounds.MAX, ask.outputTokens().orElse(bound.meter().usualOutput()));
    }

    /** What refuses for longest. */
    private record Worst(Taken taken, long waitOfShare, long waitOfAll, boolean tooLarge) {

        boolean isOfShareAlone() {
            return !tooLarge && waitOfAll < waitOfShare;
        }
    }

    private @Nullable Worst worst(List<Taken> wanted, long now) {
        Worst worst = null;
        for (Taken each : wanted) {
            Bound bound = each.bound();
            Meter meter = bound.meter();
            boolean tooLarge = each.units() > bound.max();
            long cost = bound.cost(each.units());
            long wait = meter.wait(cost, bound.burst(), now, processes);
            if ((tooLarge || wait > 0) && (worst == null || tooLarge || wait > worst.waitOfShare)) {
                long waitForAll = meter.waitForAll(cost, bound.burst(), now);
                worst = new Worst(each, wait, waitForAll, tooLarge);
                if (tooLarge) {
                    return worst;
                }
            }
        }
        return worst;
    }

    private RateOutcome refuse(Worst worst, List<Taken> wanted, long now) {
        wanted.forEach(each -> busy.add(each.bound().meter()));
        Bound bound = worst.taken.bound();
        long wait =
                worst.isOfShareAlone()
                        ? Math.max(worst.waitOfAll, Math.min(worst.waitOfShare, 2 * LOOK.toNanos()))
                        : worst.waitOfShare;
        return new RateOutcome.Refused(
                bound.limit(),
                bound.unit(),
                bound.max(),
                bound.used(now),
                worst.taken.units(),
                Duration.ofNanos(wait),
                worst.tooLarge,
                readings(wanted, now));
    }

    private RateOutcome take(List<Taken> wanted, long now) {
        for (Taken each : wanted) {
            Bound bound = each.bound();
            bound.meter().take(bound.cost(each.units()), now, processes);
            busy.add(bound.meter());
        }
        return new RateOutcome.Passed(new RatePass(this, readings(wanted, now), wanted));
    }

    private static RateReadings readings(List<Taken> wanted, long now) {
        RateReadings.Reading requests = null;
        RateReadings.Reading tokens = null;
        for (Taken each : wanted) {
            switch (each.bound().unit()) {
                case REQUESTS_PER_MINUTE, REQUESTS_PER_DAY ->
                        requests = scarcer(requests, each.bound(), now);
                case TOKENS_PER_MINUTE -> tokens = scarcer(tokens, each.bound(), now);
                case IMAGES_PER_MINUTE, AUDIO_SECONDS_PER_MINUTE -> {} // no headers tell of them
            }
        }
        return new RateReadings(requests, tokens);
    }

    private static RateReadings.Reading scarcer(
            RateReadings.@Nullable Reading before, Bound bound, long now) {
        long remaining = bound.remaining(now);
        return before != null && before.remaining() <= remaining
                ? before
                : new RateReadings.Reading(
                        bound.max(), remaining, Duration.ofNanos(bound.meter().used(now)));
    }

    /**
     * Puts what was used in the place of what was taken.
     *
     * @param outputTokens of the attempt that ended
     * @return what is taken now
     */
    List<Taken> settle(List<Taken> taken, RateUsed used, long outputTokens) {
        long now = now();
        List<Taken> settled = new ArrayList<>(taken.size());
        synchronized (taken.getFirst().bound().meter().lock) {
            for (Taken each : taken) {
                switch (each.bound().unit()) {
                    case REQUESTS_PER_MINUTE, REQUESTS_PER_DAY -> settled.add(each);
                    case TOKENS_PER_MINUTE -> {
                        settled.add(correct(each, used.tokens(), now));
                        if (outputTokens > 0) {
                            each.bound().meter().output(outputTokens);
                        }
                    }
                    case IMAGES_PER_MINUTE -> settled.add(correct(each, used.images(), now));
                    case AUDIO_SECONDS_PER_MINUTE ->
                            settled.add(correct(each, used.audioSeconds(), now));
                }
            }
        }
        return settled;
    }

    void giveBack(List<Taken> taken) {
        long now = now();
        synchronized (taken.getFirst().bound().meter().lock) {
            for (Taken each : taken) {
                switch (each.bound().unit()) {
                    case REQUESTS_PER_MINUTE -> {}
                    case TOKENS_PER_MINUTE,
                            REQUESTS_PER_DAY,
                            IMAGES_PER_MINUTE,
                            AUDIO_SECONDS_PER_MINUTE -> {
                        Taken _ = correct(each, 0, now);
                    }
                }
            }
        }
    }

    private Taken correct(Taken taken, long used, long now) {
        Bound bound = taken.bound();
        long difference = bound.cost(used) - bound.cost(taken.units());
        if (difference > 0) {
            bound.meter().take(difference, now, processes);
        } else {
            bound.meter().giveBack(-difference, processes);
        }
        busy.add(bound.meter());
        return new Taken(bound, used);
    }
}
