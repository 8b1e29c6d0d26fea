package dev.scrip.charging;

import dev.scrip.ledger.Budget;
import dev.scrip.ledger.Pool;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what an answer of the ledger means for a request that waits. Guarded by the lane. */
final class Judge {

    /** An answer of fewer tokens helps nobody: such a request is refused instead of lowered. */
    static final long OUTPUT_TOKENS_USEFUL = 16;

    /**
     * The credit of a request together, or one budget, as an answer told it.
     *
     * @param budget null: the credit
     * @param here what could be had: free here, free in the pool, on its way back to it
     * @param elsewhere what other processes may give back of it
     * @param held what running requests, here and elsewhere, and durable holds have of it
     */
    private record Source(
            @Nullable Lease budget, Money here, Money elsewhere, Money held, boolean frozen) {

        Money reach() {
            return Money.ofNanos(Lease.saturatedSum(here.nanos(), elsewhere.nanos()));
        }
    }

    private Judge() {}

    /**
     * @param answered the exchange whose answer was just taken in
     * @param sought others have had time to give back what they do not use
     */
    static Verdict judge(Quote quote, Holdings from, Instant at, long answered, boolean sought) {
        List<Source> sources = sources(from, at, answered);
        Money here = Money.ofNanos(Long.MAX_VALUE);
        Money reach = here;
        for (Source source : sources) {
            if (source.frozen()) {
                return new Verdict.Refused(new Admission.Frozen());
            }
            here = here.min(source.here());
            reach = reach.min(source.reach());
        }
        Money counted = sought ? here : reach;
        Optional<Quote> best = best(quote, counted);
        if (best.isEmpty()) {
            return refusal(quote, sources, sought);
        }
        Quote fitting = best.get();
        if (here.isLessThan(fitting.ceiling())) {
            return new Verdict.Elsewhere(fitting);
        }
        return fitting.equals(quote) ? new Verdict.AskAgain() : new Verdict.Fits(fitting);
    }

    private static Optional<Quote> best(Quote quote, Money money) {
        return money.isLessThan(quote.ceiling())
                ? quote.fit(money, OUTPUT_TOKENS_USEFUL)
                : Optional.of(quote);
    }

    /** Only what this answer told counts; what it did not is asked for next if it is short. */
    private static List<Source> sources(Holdings from, Instant at, long answered) {
        List<Source> sources = new ArrayList<>();
        boolean known = true;
        long here = 0;
        long elsewhere = 0;
        long held = 0;
        boolean frozen = false;
        for (int index = 0; index < from.size(); index++) {
            Lease lease = from.lease(index);
            boolean told = lease.wasAnsweredIn(answered) && !lease.hasEnded(at);
            if (index < from.credits()) {
                known &= told;
                frozen |= told && lease.isFrozen();
                here = Lease.saturatedSum(here, lease.available().nanos());
                elsewhere = Lease.saturatedSum(elsewhere, lease.elsewhere().nanos());
                held = Lease.saturatedSum(held, held(lease).nanos());
            } else if (told) {
                sources.add(
                        new Source(
                                lease,
                                lease.available(),
                                lease.elsewhere(),
                                held(lease),
                                lease.isFrozen()));
            }
        }
        if (known || frozen) {
            sources.addFirst(
                    new Source(
                            null,
                            Money.ofNanos(here),
                            Money.ofNanos(elsewhere),
                            Money.ofNanos(held),
                            frozen));
        }
        return sources;
    }

    private static Money held(Lease lease) {
        return Money.ofNanos(Lease.saturatedSum(lease.running().nanos(), lease.aside().nanos()));
    }

    private static Verdict refusal(Quote quote, List<Source> sources, boolean sought) {
        long useful = Math.min(OUTPUT_TOKENS_USEFUL, quote.outputTokensMax());
        Money required = quote.withOutput(useful).ceiling();
        for (Source source : sources) {
            Money counted = sought ? source.here() : source.reach();
            if (best(quote, counted).isEmpty()) {
                return new Verdict.Refused(refusal(source, required));
            }
        }
        throw new IllegalStateException("refused without a reason: " + quote);
    }

    private static Admission refusal(Source source, Money required) {
        Lease lease = source.budget();
        if (lease == null) {
            return new Admission.InsufficientCredit(required, source.here(), source.held());
        }
        Pool pool = lease.pool();
        Budget budget = pool.budget();
        if (budget == null) {
            throw new IllegalStateException(pool + " limits, but it is not said what");
        }
        return new Admission.LimitReached(
                budget, lease.charged(), required, source.here(), source.held(), pool.endsAt());
    }
}
