package dev.scrip.charging;

import dev.scrip.ledger.Exchange.Share;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a hold took at one moment, and from where: of the credit leases the amount together, of each
 * budget's all of it. A hold that was extended has several, and is charged from the first as far as
 * that goes, then from the next.
 */
final class Taken {

    private final Holdings from;
    private final Money amount;
    private final Instant heldAt;
    private final @Nullable Tranche[] tranches;
    private final long[] parts;

    /**
     * @param heldAt when: decides which grants it may burn
     * @param tranches where each part came from, in the order of the leases
     * @param parts what was taken from each lease
     */
    Taken(Holdings from, Money amount, Instant heldAt, @Nullable Tranche[] tranches, long[] parts) {
        this.from = from;
        this.amount = amount;
        this.heldAt = heldAt;
        this.tranches = tranches;
        this.parts = parts;
    }

    Holdings from() {
        return from;
    }

    Money amount() {
        return amount;
    }

    Instant heldAt() {
        return heldAt;
    }

    /**
     * Both as one, if the later one was taken under the same understandings: then it makes no
     * difference that it was later. Null: they stay apart.
     */
    @Nullable Taken with(Taken later) {
        if (!from.hasSameLeases(later.from)) {
            return null;
        }
        long[] sums = parts.clone();
        for (int index = 0; index < sums.length; index++) {
            Tranche its = later.tranches[index];
            if (its != null && its != tranches[index]) {
                return null;
            }
            sums[index] = Math.addExact(sums[index], later.parts[index]);
        }
        return new Taken(from, amount.plus(later.amount), heldAt, tranches, sums);
    }

    /** Gives all of it back. */
    void giveBack() {
        giveBackAllBut(0);
    }

    /**
     * Gives back what a charge leaves of every part.
     *
     * @return what of the charge is left for what was taken later
     */
    long giveBackAllBut(long charged) {
        long its = Math.min(charged, amount.nanos());
        long left = its;
        for (int index = 0; index < parts.length; index++) {
            Tranche tranche = tranches[index];
            boolean credit = index < from.credits();
            long spent = Math.min(credit ? left : its, parts[index]);
            left -= credit ? spent : 0;
            if (tranche != null) {
                from.lease(index).giveBack(tranche, parts[index] - spent);
            }
        }
        return charged - its;
    }

    /**
     * Counts a charge in the leases: credit is spent from the first as far as that goes.
     *
     * @return what of the charge is left for what was taken later
     */
    long spend(long charged, long nanoTime, Batch batch) {
        long its = Math.min(charged, amount.nanos());
        long left = its;
        for (int index = 0; index < parts.length; index++) {
            boolean credit = index < from.credits();
            long spent = Math.min(credit ? left : its, parts[index]);
            left -= credit ? spent : 0;
            if (tranches[index] != null) {
                Lease lease = from.lease(index);
                lease.spend(spent, parts[index], nanoTime);
                batch.report(lease);
            }
        }
        return charged - its;
    }

    /** Adds what the credit leases set aside, in the order it is spent. */
    void addShares(List<Share> shares) {
        for (int index = 0; index < from.credits(); index++) {
            if (tranches[index] != null) {
                shares.add(
                        new Share(
                                from.lease(index).id().poolId(),
                                Money.ofNanos(parts[index]),
                                heldAt));
            }
        }
    }

    @Override
    public String toString() {
        return "Taken[amount=%s, heldAt=%s, parts=%s]"
                .formatted(amount, heldAt, Arrays.toString(parts));
    }
}
