package dev.scrip.charging;

import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The one implementation of a hold: what was taken, and from where. */
final class RunningHold implements Hold {

    private final long requestId;
    private final Payer payer;
    private final Quote quote;
    private final Money amount;
    private final Instant heldAt;
    private final boolean lowered;
    private final Holdings from;
    private final @Nullable Tranche[] tranches;
    private final long[] parts;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param tranches where each part came from, in the order of the leases
     * @param parts what was taken from each lease; of credit the amount together, of each budget
     *     all of it
     */
    RunningHold(
            Payer payer,
            Quote quote,
            Money amount,
            Instant heldAt,
            boolean lowered,
            Holdings from,
            @Nullable Tranche[] tranches,
            long[] parts) {
        this.requestId = Ids.at(heldAt);
        this.payer = payer;
        this.quote = quote;
        this.amount = amount;
        this.heldAt = heldAt;
        this.lowered = lowered;
        this.from = from;
        this.tranches = tranches;
        this.parts = parts;
    }

    /** Marks it ended; what ends twice is a broken program. */
    void end() {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("the hold of request " + requestId + " ended before");
        }
    }

    /** Gives back what a charge leaves of every part. */
    void giveBackAllBut(long charged) {
        long left = charged;
        for (int index = 0; index < parts.length; index++) {
            Tranche tranche = tranches[index];
            boolean credit = index < from.credits();
            long spent = Math.min(credit ? left : charged, parts[index]);
            left -= credit ? spent : 0;
            if (tranche != null) {
                from.lease(index).giveBack(tranche, parts[index] - spent);
            }
        }
    }

    /** Counts a charge in the leases: credit is spent from the first as far as that goes. */
    void spend(long charged, long nanoTime, Batch batch) {
        long left = charged;
        for (int index = 0; index < parts.length; index++) {
            boolean credit = index < from.credits();
            long spent = Math.min(credit ? left : charged, parts[index]);
            left -= credit ? spent : 0;
            if (tranches[index] != null) {
                Lease lease = from.lease(index);
                lease.spend(spent, parts[index], nanoTime);
                batch.report(lease);
            }
        }
    }

    /** What the credit leases set aside, in the order it is spent. */
    List<Share> shares() {
        List<Share> shares = new ArrayList<>(1);
        for (int index = 0; index < from.credits(); index++) {
            if (tranches[index] != null) {
                shares.add(new Share(from.lease(index).id().poolId(), Money.ofNanos(parts[index])));
            }
        }
        return shares;
    }

    OrganizationLeases organization() {
        return from.organization();
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
