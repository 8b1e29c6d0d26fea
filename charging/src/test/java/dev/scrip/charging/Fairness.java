package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where all is well nobody is refused for credit or a limit, or given less, who could have been
 * served, by what the upstream knows, all the time that he waited. What another process was given
 * back a moment ago may still be on its way and does not count.
 */
final class Fairness {

    /** Who was admitted at the same moment is started so soon after it. */
    private static final long STARTED_WITHIN = Duration.ofMillis(10).toNanos();

    /**
     * What one process is given back reaches another one that seeks it within so long: a pause, the
     * recall, its answer, and a pause again ({@link Lease#seek}).
     */
    private static final long ON_ITS_WAY = Duration.ofMillis(330).toNanos();

    private record GivenBack(SimulatedProcess to, long organizationId, long at, long nanos) {}

    private final InstantSource clock;
    private final VirtualTime time;
    private final Set<Asking> asking = new LinkedHashSet<>();
    private final ArrayDeque<GivenBack> givenBack = new ArrayDeque<>();
    private boolean isJudged;
    private Exposure exposure;
    private @Nullable AssertionError broken;

    /** A request that waits, and the least that there was for it meanwhile. */
    static final class Asking {
        private final SimulatedProcess of;
        private final Payer payer;
        private long leastCredit = Long.MAX_VALUE;
        private long leastOfLimits = Long.MAX_VALUE;
        private long own;

        private Asking(SimulatedProcess of, Payer payer) {
            this.of = of;
            this.payer = payer;
        }
    }

    /**
     * @param isJudged false: something goes wrong, and nothing is claimed
     */
    Fairness(Exposure exposure, InstantSource clock, VirtualTime time, boolean isJudged) {
        this.exposure = exposure;
        this.clock = clock;
        this.time = time;
        this.isJudged = isJudged;
    }

    void replace(Exposure by) {
        exposure = by;
    }

    /** From now on people are sent away. */
    void end() {
        isJudged = false;
        asking.clear();
    }

    void throwIfBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    Asking ask(SimulatedProcess of, Payer payer) {
        Asking one = new Asking(of, payer);
        if (isJudged) {
            asking.add(one);
            look(one, 0);
        }
        return one;
    }

    /** A request of a process may cost so much more, or less. */
    void changed(SimulatedProcess of, long organizationId, long more) {
        if (more < 0) {
            givenBack.add(new GivenBack(of, organizationId, time.now(), -more));
        }
        asking.forEach(one -> look(one, 0));
    }

    private long onItsWayTo(Asking one) {
        while (!givenBack.isEmpty() && time.now() - givenBack.getFirst().at() > ON_ITS_WAY) {
            givenBack.removeFirst();
        }
        return givenBack.stream()
                .filter(each -> each.organizationId() == one.payer.organizationId())
                .filter(each -> each.to() != one.of)
                .mapToLong(GivenBack::nanos)
                .sum();
    }

    private void look(Asking one, long onItsWay) {
        Payer payer = one.payer;
        long credit = exposure.left(payer.organizationId()) - onItsWay;
        long ofLimits = exposure.leftOfLimits(payer, clock.instant());
        if (ofLimits != Long.MAX_VALUE) {
            ofLimits -= onItsWay;
        }
        one.leastCredit =
                Math.min(one.leastCredit, Lease.saturatedSum(Math.max(0, credit), one.own));
        one.leastOfLimits =
                Math.min(one.leastOfLimits, Lease.saturatedSum(Math.max(0, ofLimits), one.own));
    }

    /** It was refused: was there really nothing? */
    void refused(Asking one, Admission refusal) {
        judgeLater(
                one,
                () -> {
                    boolean just =
                            switch (refusal) {
                                case Admission.InsufficientCredit no ->
                                        couldNotBeServed(one, no.required());
                                case Admission.LimitReached no ->
                                        couldNotBeServed(one, no.required());
                                default -> false;
                            };
                    return just ? null : "falsely refused: " + refusal;
                });
    }

    /** It was admitted: was it given less than it asked for, though there was as much? */
    void held(Asking one, Hold hold, Money asked) {
        one.own = hold.amount().nanos(); // what it may cost itself was there for it
        judgeLater(
                one,
                () ->
                        hold.lowered() && !couldNotBeServed(one, asked)
                                ? "falsely lowered from " + asked + " to " + hold.amount()
                                : null);
    }

    /** Finds a fault; null: there is none. */
    private interface Verdict {
        @Nullable String fault();
    }

    private void judgeLater(Asking one, Verdict verdict) {
        if (!isJudged) {
            return;
        }
        look(one, onItsWayTo(one));
        time.after(
                STARTED_WITHIN,
                () -> {
                    asking.remove(one);
                    String fault = verdict.fault();
                    if (fault != null && broken == null) {
                        broken =
                                new AssertionError(
                                        "%s, with %d of credit and %d of limits all the time for %s"
                                                .formatted(
                                                        fault,
                                                        one.leastCredit,
                                                        one.leastOfLimits,
                                                        one.payer));
                    }
                });
    }

    private static boolean couldNotBeServed(Asking one, Money required) {
        return Math.min(one.leastCredit, one.leastOfLimits) < required.nanos();
    }
}
