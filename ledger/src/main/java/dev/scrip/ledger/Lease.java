package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.money.Money;

/**
 * What one process has from one pool: four counters that only grow. The ledger writes {@code
 * granted} and {@code reclaimed}, the process {@code spent} and {@code returned}.
 */
final class Lease {

    final PoolId pool;
    private Money granted;
    private Money spent;
    private Money returned;
    private Money reclaimed;
    private Money pinned;
    private final Money pinnedGranted;
    private boolean closed;
    private boolean changed;

    Lease(PoolId pool, Counters counters, Pin pin, boolean closed) {
        this.pool = pool;
        this.granted = counters.granted;
        this.spent = counters.spent;
        this.returned = counters.returned;
        this.reclaimed = counters.reclaimed;
        this.pinned = pin.amount;
        this.pinnedGranted = pin.granted;
        this.closed = closed;
    }

    /** As the tables have them. */
    record Counters(Money granted, Money spent, Money returned, Money reclaimed) {
        static final Counters NONE = new Counters(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO);
    }

    /**
     * What of a lease was set aside before the last expiry and may still burn what expired then.
     *
     * @param granted all that had been granted on the lease at that moment
     */
    record Pin(Money amount, Money granted) {
        static final Pin NONE = new Pin(Money.ZERO, Money.ZERO);
    }

    static Lease none(PoolId pool) {
        return new Lease(pool, Counters.NONE, Pin.NONE, false);
    }

    Money outstanding() {
        return granted.minus(spent).minus(returned).minus(reclaimed);
    }

    /**
     * What a report adds.
     *
     * @param returnedOfPinned of what was returned, what may have been granted before the last
     *     expiry
     */
    record Progress(Money spent, Money returned, Money returnedOfPinned) {}

    /**
     * Merges the holder's counters: the greater wins. A closed lease moves no more.
     *
     * @throws IllegalStateException if the holder claims to have used more than it was granted
     */
    Progress merge(LeaseReport report) {
        if (closed) {
            return new Progress(Money.ZERO, Money.ZERO, Money.ZERO);
        }
        Money back = report.returned().max(returned).minus(returned);
        // A holder that has not heard of the expiry yet has nothing that was granted since.
        boolean heard = report.grantedBefore().equals(pinnedGranted);
        Money since = heard ? report.returnedSince().min(back) : Money.ZERO;
        Progress progress =
                new Progress(report.spent().max(spent).minus(spent), back, back.minus(since));
        spent = spent.plus(progress.spent);
        returned = returned.plus(progress.returned);
        if (outstanding().isNegative()) {
            throw new IllegalStateException(
                    "lease of " + pool + ": " + report + " is more than the granted " + granted);
        }
        changed |= progress.spent.isPositive() || progress.returned.isPositive();
        return progress;
    }

    void extend(Money amount) {
        granted = granted.plus(amount);
        changed |= amount.isPositive();
    }

    /** Takes back all that is outstanding, for its holder can take no further step. */
    Money reclaim() {
        Money rest = outstanding();
        reclaimed = reclaimed.plus(rest);
        closed = true;
        changed = true;
        return rest;
    }

    /**
     * Lowers the pinned part by what came back or was charged to requests from before the expiry,
     * and never leaves it above what is outstanding.
     *
     * @return by how much
     */
    Money unpin(Money resolved) {
        Money left = pinned.minus(resolved.min(pinned)).min(outstanding());
        Money by = pinned.minus(left);
        pinned = left;
        return by;
    }

    Money granted() {
        return granted;
    }

    Money spent() {
        return spent;
    }

    Money returned() {
        return returned;
    }

    Money reclaimed() {
        return reclaimed;
    }

    Money pinned() {
        return pinned;
    }

    /** All that had been granted when something was pinned last; zero where nothing is. */
    Money pinnedGranted() {
        return pinned.isZero() ? Money.ZERO : pinnedGranted;
    }

    boolean closed() {
        return closed;
    }

    boolean changed() {
        return changed;
    }
}
