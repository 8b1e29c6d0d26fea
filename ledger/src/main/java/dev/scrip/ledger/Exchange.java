package dev.scrip.ledger;

import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Everything one process tells the ledger of one lane in one message: what its leases have spent
 * and given back, what it charged, and what it needs. Messages of a lane are numbered and one is
 * under way at a time; the ledger remembers the last one and its reply, so that asking again after
 * an unknown outcome changes nothing.
 *
 * @param number 1 for the first message of this incarnation in this lane, then one more each
 * @param reports absolute counters of the process's leases that changed
 * @param charges in the order they ended
 * @param demands leases to extend
 */
public record Exchange(
        UUID incarnationId,
        int lane,
        long number,
        Instant at,
        List<LeaseReport> reports,
        List<ChargeOrder> charges,
        List<LeaseDemand> demands) {

    public Exchange {
        reports = List.copyOf(reports);
        charges = List.copyOf(charges);
        demands = List.copyOf(demands);
    }

    /**
     * A lease's counters as its holder sees them, absolute, so that a message that is doubled, late
     * or out of order changes nothing (the ledger keeps the greater of what it has and what it is
     * told). {@code spent} includes the charges of this same message.
     *
     * @param returnedSince what was returned since the report before of what was granted after
     *     {@code grantedBefore}: it lowers no pin
     * @param grantedBefore {@link LeaseState#pinnedGranted} as the holder knows it
     */
    public record LeaseReport(
            PoolId pool, Money spent, Money returned, Money returnedSince, Money grantedBefore) {

        /** Where nothing is pinned. */
        public LeaseReport(PoolId pool, Money spent, Money returned) {
            this(pool, spent, returned, Money.ZERO, Money.ZERO);
        }

        public LeaseReport {
            if (spent.isNegative() || returned.isNegative()) {
                throw new IllegalArgumentException("a counter must not be negative");
            }
        }
    }

    /**
     * One request's charge.
     *
     * @param requestId names the request in the usage records
     * @param amount at most what its shares hold together; zero is legal
     * @param shares what was set aside for it in each credit pool, in the order they are used: the
     *     charge is spent from the first as far as that goes, then from the next
     * @param heldAt when the request was held first: decides the periods it counts in
     */
    public record ChargeOrder(
            Payer payer, long requestId, Money amount, List<Share> shares, Instant heldAt) {
        public ChargeOrder {
            shares = List.copyOf(shares);
            Money held = held(shares);
            if (amount.isNegative() || held.isLessThan(amount)) {
                throw new IllegalArgumentException(
                        "a charge must be from zero to its hold of " + held + ": " + amount);
            }
        }

        public long organizationId() {
            return payer.organizationId();
        }

        /** All that was set aside. */
        public Money held() {
            return held(shares);
        }

        private static Money held(List<Share> shares) {
            Money held = Money.ZERO;
            for (Share share : shares) {
                held = held.plus(share.held());
            }
            return held;
        }
    }

    /**
     * A part of a hold, in one credit pool of the payer's organization.
     *
     * @param heldAt when this part was set aside, which is later than the request's beginning where
     *     the hold was extended: decides which grants it may burn
     */
    public record Share(long poolId, Money held, Instant heldAt) {}

    /**
     * A wish for more.
     *
     * @param need less than this is of no use, unless {@code partial}
     * @param want as much as the recent rate of spending makes sensible; at least {@code need}
     * @param partial what is there is of use, for another pool can give the rest
     * @param late of a limit whose period has ended: it is for requests from before that end, which
     *     go on and count in it
     * @param group demands that follow each other with the same number are what one request needs
     *     of several pools: met together or not at all, so that nobody keeps what another one waits
     *     for while he waits himself; {@link #ALONE}: of no group
     */
    public record LeaseDemand(
            PoolId pool, Money need, Money want, boolean partial, boolean late, int group) {

        public static final int ALONE = 0;

        public LeaseDemand {
            if (need.isNegative() || want.isLessThan(need)) {
                throw new IllegalArgumentException("want " + want + " must cover need " + need);
            }
        }

        /** For requests that begin now and need nothing else. */
        public LeaseDemand(PoolId pool, Money need, Money want, boolean partial) {
            this(pool, need, want, partial, false, ALONE);
        }
    }
}
