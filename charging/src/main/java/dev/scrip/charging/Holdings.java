package dev.scrip.charging;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The leases that requests of one kind hold from: their amount from the credit leases together, the
 * first before the next, and all of it from each budget's.
 */
final class Holdings {

    /** How exact the time of last use needs to be; spares the hot path a write. */
    private static final long USED_EXACTNESS_NANOS = 50_000_000;

    /** The credit leases, the narrowest first and the wallet's last, then those of budgets. */
    private final Lease[] leases;

    private final int credits;
    private final Instant beginsAt;
    private final @Nullable Instant endsAt;
    private final long readAt;
    private final long freshUntil;
    private volatile long usedAt;

    /**
     * @param beginsAt what it was read for: a clock that was put back may be in another period
     * @param endsAt when the list of pools must be read anew; null: no such moment
     * @param readAt nano-time; it must be read anew at {@code freshUntil} too, for a signal that
     *     says so can be lost
     */
    Holdings(
            List<Lease> credit,
            List<Lease> budgets,
            Instant beginsAt,
            @Nullable Instant endsAt,
            long readAt,
            long freshUntil) {
        List<Lease> all = new ArrayList<>(credit);
        all.addAll(budgets);
        this.leases = all.toArray(Lease[]::new);
        this.credits = credit.size();
        this.beginsAt = beginsAt;
        this.endsAt = endsAt;
        this.readAt = readAt;
        this.freshUntil = freshUntil;
        this.usedAt = readAt;
    }

    /** Whether requests may still hold from these. */
    boolean isCurrent(Instant at, long nanoTime) {
        Instant end = endsAt;
        return nanoTime - freshUntil < 0
                && !at.isBefore(beginsAt)
                && (end == null || at.isBefore(end));
    }

    /** Whether it is time to read the list anew, before requests must wait for it. */
    boolean isAgeing(long nanoTime) {
        return nanoTime - readAt > (freshUntil - readAt) / 2;
    }

    boolean isUnused(long nanoTime, long idleNanos) {
        return nanoTime - usedAt > idleNanos;
    }

    void use(long nanoTime) {
        if (nanoTime - usedAt > USED_EXACTNESS_NANOS) {
            usedAt = nanoTime;
        }
    }

    /** Others wait for one of these leases: a request that came later must not pass them. */
    boolean isCrowded() {
        for (Lease lease : leases) {
            if (lease.isCrowded()) {
                return true;
            }
        }
        return false;
    }

    boolean hasOneOf(Set<Lease> some) {
        if (!some.isEmpty()) {
            for (Lease lease : leases) {
                if (some.contains(lease)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Takes an amount from all leases, or from none and returns null.
     *
     * @param countsAt the moment whose periods of limits it counts in; {@code at}, but for a
     *     request that began earlier
     */
    @Nullable Taken take(Money money, Instant at, Instant countsAt, long nanoTime) {
        long amount = money.nanos();
        Tranche[] tranches = new Tranche[leases.length];
        long[] parts = new long[leases.length];
        for (int index = credits; index < leases.length; index++) {
            Tranche tranche = leases[index].tryHold(amount, countsAt, nanoTime);
            if (tranche == null) {
                return undo(tranches, parts);
            }
            tranches[index] = tranche;
            parts[index] = amount;
        }
        long left = amount;
        int wallet = credits - 1;
        for (int index = 0; index < wallet && left > 0; index++) {
            Lease lease = leases[index];
            Tranche tranche = lease.tranche();
            long taken = lease.takeUpTo(tranche, left, at, nanoTime);
            if (taken < 0) {
                return undo(tranches, parts);
            }
            tranches[index] = tranche;
            parts[index] = taken;
            left -= taken;
        }
        Tranche tranche = leases[wallet].tryHold(left, at, nanoTime);
        if (tranche == null) {
            return undo(tranches, parts);
        }
        tranches[wallet] = tranche;
        parts[wallet] = left;
        return new Taken(this, money, at, tranches, parts);
    }

    private @Nullable Taken undo(@Nullable Tranche[] tranches, long[] parts) {
        for (int index = 0; index < leases.length; index++) {
            Tranche tranche = tranches[index];
            if (tranche != null && parts[index] > 0) {
                leases[index].giveBack(tranche, parts[index]);
            }
        }
        return null;
    }

    /** The leases that a request of this amount lacks something of, as far as can be seen now. */
    List<Lease> lacking(long amount, Instant at, Instant countsAt, long nanoTime) {
        List<Lease> lacking = new ArrayList<>();
        for (int index = credits; index < leases.length; index++) {
            if (leases[index].mustAsk(amount, countsAt, nanoTime)) {
                lacking.add(leases[index]);
            }
        }
        long left = amount;
        for (int index = 0; index < credits; index++) {
            Lease lease = leases[index];
            boolean last = index == credits - 1;
            if (lease.mustAsk(left, at, nanoTime) && (last || !lease.isDry(at, nanoTime))) {
                lacking.add(lease);
            }
            left = Math.max(0, left - lease.free());
        }
        return lacking;
    }

    /**
     * Of {@link #lacking} what its pools lack too, as far as is known; all of it where that is
     * nothing: then it only has to be asked for.
     */
    List<Lease> shortOf(long amount, Instant at, Instant countsAt, long nanoTime) {
        List<Lease> lacking = lacking(amount, at, countsAt, nanoTime);
        long credit = 0;
        for (int index = 0; index < credits; index++) {
            credit = Lease.saturatedSum(credit, leases[index].mayGive(at));
        }
        boolean ofCredit = credit < amount;
        List<Lease> found = new ArrayList<>(lacking);
        found.removeIf(
                lease ->
                        lease.pool().kind().isCredit()
                                ? !ofCredit
                                : lease.mayGive(countsAt) >= amount);
        return found.isEmpty() ? lacking : found;
    }

    /** They decide what requests can be served together. */
    List<Lease> leases() {
        return List.of(leases);
    }

    /**
     * The same credit, with the limits as they are now, but in the periods that a request of an
     * earlier moment counts in.
     *
     * @param began what that request held from at its beginning
     */
    Holdings ofPeriodsOf(Holdings began, Instant heldAt) {
        List<Lease> budgets = new ArrayList<>();
        boolean same = true;
        for (int index = credits; index < leases.length; index++) {
            Lease lease = leases[index];
            if (!lease.holdsPeriodOf(heldAt)) {
                same = false;
                lease = began.budgetLike(lease);
            }
            if (lease != null) {
                budgets.add(lease);
            }
        }
        return same
                ? this
                : new Holdings(
                        List.of(leases).subList(0, credits),
                        budgets,
                        beginsAt,
                        endsAt,
                        readAt,
                        freshUntil);
    }

    /** The lease of the same limit in another period; null: there was no such limit. */
    private @Nullable Lease budgetLike(Lease other) {
        for (int index = credits; index < leases.length; index++) {
            if (leases[index].isOfSameLimitAs(other)) {
                return leases[index];
            }
        }
        return null;
    }

    boolean hasSameLeases(Holdings other) {
        return this == other || (credits == other.credits && Arrays.equals(leases, other.leases));
    }

    OrganizationLeases organization() {
        return leases[credits - 1].owner();
    }

    int size() {
        return leases.length;
    }

    Lease lease(int index) {
        return leases[index];
    }

    /** How many of the leases, the first ones, are of credit. */
    int credits() {
        return credits;
    }
}
