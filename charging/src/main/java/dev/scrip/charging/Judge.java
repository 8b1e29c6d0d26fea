package dev.scrip.charging;

import dev.scrip.ledger.Budget;
import dev.scrip.ledger.Pool;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what an answer of the ledger means for a request that waits. Guarded by the lane. */
final class Judge {

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
     * @param at what leases of credit must not have ended at
     * @param countsAt what those of limits must not
     * @param answered the exchange whose answer was just taken in
     * @param sought others have had time to give back what they do not use
     */
    static Verdict judge(
            Want want, Holdings from, Instant at, Instant countsAt, long answered, boolean sought) {
        List<Source> sources = sources(from, at, countsAt, answered);
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
        Optional<Want> best = want.fit(counted);
        if (best.isEmpty()) {
            return refusal(want, sources, sought);
        }
        Want fitting = best.get();
        if (here.isLessThan(fitting.amount())) {
            return new Verdict.Elsewhere(fitting);
        }
        return fitting.isLessThan(want) ? new Verdict.Fits(fitting) : new Verdict.AskAgain();
    }

    /** Only what this answer told counts; what it did not is asked for next if it is short. */
    private static List<Source> sources(
            Holdings from, Instant at, Instant countsAt, long answered) {
        List<Source> sources = new ArrayList<>();
        boolean known = true;
        long here = 0;
        long elsewhere = 0;
        long held = 0;
        boolean frozen = false;
        for (int index = 0; index < from.size(); index++) {
            Lease lease = from.lease(index);
            boolean credit = index < from.credits();
            boolean told = lease.wasAnsweredIn(answered) && !lease.hasEnded(credit ? at : countsAt);
            if (credit) {
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

    private static Verdict refusal(Want want, List<Source> sources, boolean sought) {
        for (Source source : sources) {
            Money counted = sought ? source.here() : source.reach();
            if (want.fit(counted).isEmpty()) {
                return new Verdict.Refused(refusal(source, want.least()));
            }
        }
        throw new IllegalStateException("refused without a reason: " + want);
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
