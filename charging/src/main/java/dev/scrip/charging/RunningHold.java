package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one implementation of a hold: what was taken, and from where. */
final class RunningHold implements Hold {

    private final long requestId;
    private final Payer payer;
    private final Quote quote;
    private final Money amount;
    private final Instant heldAt;
    private final boolean lowered;
    private final OrganizationLeases organization;
    private final List<Lease> leases;
    private final Tranche[] tranches;
    private final AtomicBoolean ended = new AtomicBoolean();

    RunningHold(
            long requestId,
            Payer payer,
            Quote quote,
            Money amount,
            Instant heldAt,
            boolean lowered,
            OrganizationLeases organization,
            List<Lease> leases,
            Tranche[] tranches) {
        this.requestId = requestId;
        this.payer = payer;
        this.quote = quote;
        this.amount = amount;
        this.heldAt = heldAt;
        this.lowered = lowered;
        this.organization = organization;
        this.leases = leases;
        this.tranches = tranches;
    }

    /** Marks it ended; what ends twice is a broken program. */
    void end() {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("the hold of request " + requestId + " ended before");
        }
    }

    /** Gives an unused part back to every pool it was taken from. */
    void giveBack(Money unused) {
        for (int pool = 0; pool < tranches.length; pool++) {
            Lease lease = leases.get(pool);
            if (!lease.giveBack(tranches[pool], unused.nanos())) {
                organization.lane().mustReport(lease);
            }
        }
    }

    OrganizationLeases organization() {
        return organization;
    }

    List<Lease> leases() {
        return leases;
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public Payer payer() {
        return payer;
    }

    @Override
    public Quote quote() {
        return quote;
    }

    @Override
    public Money amount() {
        return amount;
    }

    @Override
    public Instant heldAt() {
        return heldAt;
    }

    @Override
    public boolean lowered() {
        return lowered;
    }
}
