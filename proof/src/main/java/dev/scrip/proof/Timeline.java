package dev.scrip.proof;

import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.List;

/**
 * How much may be spent in all, as it changes over time. Others see a change a moment later, so
 * questions are about a span of time and are answered with the most or the least in it.
 */
final class Timeline {

    /**
     * @param fresh whether the amount counts from this moment on, whatever was spent before; else
     *     it is for all that was ever spent
     */
    private record Step(long at, Money amount, boolean fresh) {}

    private final List<Step> steps = new ArrayList<>();
    private final long graceNanos;

    /**
     * @param graceNanos how long after a change the former amount may still be acted on
     */
    Timeline(Money first, long graceNanos) {
        this.graceNanos = graceNanos;
        steps.add(new Step(Long.MIN_VALUE, first, false));
    }

    /** From a moment on, so much may be spent in all, before that moment included. */
    synchronized void total(long at, Money amount) {
        steps.add(new Step(at, amount, false));
    }

    /** From a moment on, so much may be spent anew; what was left is void. */
    synchronized void fresh(long at, Money amount) {
        steps.add(new Step(at, amount, true));
    }

    /** The most that may have been spent by a moment. */
    synchronized Money most(long at, List<Effect> effects) {
        Money most = Money.ZERO;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean over = i + 1 < steps.size() && at - graceNanos > steps.get(i + 1).at;
            boolean begun = step.at == Long.MIN_VALUE || step.at <= at;
            if (begun && !over) {
                most = most.max(inAll(step, effects, graceNanos));
            }
        }
        return most;
    }

    /** The least that may be spent by whoever asks in a span. */
    synchronized Money least(long from, long until, List<Effect> effects) {
        Money least = Money.ofNanos(Long.MAX_VALUE);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean over = i + 1 < steps.size() && from - graceNanos > steps.get(i + 1).at;
            boolean begun = step.at == Long.MIN_VALUE || step.at <= until;
            if (begun && !over) {
                least = least.min(inAll(step, effects, -graceNanos));
            }
        }
        return least;
    }

    private static Money inAll(Step step, List<Effect> effects, long slack) {
        Money all = step.amount;
        for (Effect effect : effects) {
            if (step.fresh && effect.at() < step.at + slack) {
                all = all.plus(effect.cost());
            }
        }
        return all;
    }
}
