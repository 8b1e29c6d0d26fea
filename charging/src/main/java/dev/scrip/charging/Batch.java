package dev.scrip.charging;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One message to the ledger, as it is written, and what its answer means for those in it. */
final class Batch {

    private final long number;
    private final Instant at;
    private final List<PendingCharge> charges = new ArrayList<>();
    private final Map<PoolId, Lease> leases = new LinkedHashMap<>();
    private final List<LeaseDemand> demands = new ArrayList<>();
    private final Set<Lease> demanded = new HashSet<>();
    private final Map<OrganizationLeases, Long> changes = new LinkedHashMap<>();

    Batch(long number, Instant at) {
        this.number = number;
        this.at = at;
    }

    long number() {
        return number;
    }

    List<PendingCharge> charges() {
        return charges;
    }

    /** Adds a charge: from here on it is spent from every lease that it was held from. */
    void charge(PendingCharge charge, long nanoTime) {
        charges.add(charge);
        charge.hold().spend(charge.amount().nanos(), nanoTime, this);
    }

    void report(Lease lease) {
        leases.put(lease.id(), lease);
        changes.putIfAbsent(lease.owner(), lease.owner().changes());
    }

    /**
     * Asks for a lease to be extended.
     *
     * @param shortage with less than this, nothing is gained; nano-dollars
     * @param total what all waiting requests need of the lease
     * @param group of {@link LeaseDemand}
     */
    void demand(Lease lease, long shortage, long total, long nanoTime, int group) {
        report(lease);
        if (lease.hasEnded(at)) {
            // What is free was granted for before this moment: it goes back with this message.
            lease.returnFree();
        }
        // Only requests from before its end go on holding from a limit whose period is over.
        boolean late = total > 0 && lease.isPast(at);
        // Where nothing is known of the rate, a few more such requests are to be expected.
        long ahead =
                late || lease.owner().isScarce(nanoTime)
                        ? 0
                        : Math.max(lease.target(nanoTime), Lease.saturatedProduct(total, 3));
        boolean partial = lease.pool().kind() == Pool.Kind.SCOPED_CREDIT;
        // What is wanted beyond the need is wanted once, however many groups need the lease.
        long want =
                demanded.add(lease)
                        ? Math.max(shortage, Lease.saturatedSum(total, ahead) - lease.free())
                        : shortage;
        demands.add(
                new LeaseDemand(
                        lease.id(),
                        Money.ofNanos(shortage),
                        Money.ofNanos(want),
                        partial,
                        late,
                        group));
    }

    /** Asks for a lease to be filled up before anybody must wait for it. */
    void refill(Lease lease, long nanoTime) {
        if (!demanded.contains(lease)) {
            demand(lease, 0, 0, nanoTime, LeaseDemand.ALONE);
        }
    }

    int size() {
        return leases.size();
    }

    /** Writes the message; null when there is nothing to say. */
    @Nullable Message message(UUID incarnationId, int lane) {
        List<LeaseReport> reports = new ArrayList<>();
        for (Lease lease : leases.values()) {
            if (lease.hasEnded(at)) {
                lease.returnFree();
            }
            LeaseReport report = lease.report();
            if (report != null) {
                reports.add(report);
            }
            if (report != null || demanded.contains(lease)) {
                lease.sent();
            }
        }
        if (reports.isEmpty() && charges.isEmpty() && demands.isEmpty()) {
            return null;
        }
        return new Message(
                new Exchange(
                        incarnationId,
                        lane,
                        number,
                        at,
                        reports,
                        charges.stream().map(PendingCharge::order).toList(),
                        List.copyOf(demands)),
                this);
    }

    Lease lease(PoolId pool) {
        Lease lease = leases.get(pool);
        if (lease == null) {
            throw new IllegalStateException("an answer about a lease that was not asked: " + pool);
        }
        return lease;
    }

    Set<OrganizationLeases> organizations() {
        return changes.keySet();
    }

    /** Whether nothing changed for an organization since the message was written. */
    boolean isCurrent(OrganizationLeases organization) {
        Long then = changes.get(organization);
        return then != null && then == organization.changes();
    }

    /** Tells every request of this message that its charge is durable. */
    void settle(ExchangeReply reply, Outcomes outcomes) {
        eachSettled(
                reply,
                (charge, entryId, balanceAfter) ->
                        outcomes.complete(
                                charge.settled(),
                                new Settled(charge.charge(), charge.amount(), balanceAfter)));
    }

    /** The usage records of the charges, in their order, with what the ledger answered. */
    List<UsageRecord> records(ExchangeReply reply) {
        List<UsageRecord> records = new ArrayList<>(charges.size());
        eachSettled(
                reply,
                (charge, entryId, balanceAfter) ->
                        records.add(charge.usageRecord(entryId, balanceAfter)));
        return records;
    }

    private interface SettledCharge {
        void take(PendingCharge charge, long entryId, Money balanceAfter);
    }

    /** One wallet's balance while its charges are gone through. */
    private static final class Running {
        private final long entryId;
        private Money balance;

        Running(WalletSettled wallet) {
            entryId = wallet.entryId();
            balance = wallet.balanceBefore();
        }
    }

    private void eachSettled(ExchangeReply reply, SettledCharge taker) {
        Map<Long, Running> wallets = HashMap.newHashMap(reply.wallets().size());
        for (WalletSettled wallet : reply.wallets()) {
            wallets.put(wallet.organizationId(), new Running(wallet));
        }
        for (PendingCharge charge : charges) {
            Running wallet = wallets.get(charge.organizationId());
            if (wallet == null) {
                throw new IllegalStateException(
                        "the ledger's answer leaves out a wallet that was charged");
            }
            wallet.balance = wallet.balance.minus(charge.amount());
            taker.take(charge, wallet.entryId, wallet.balance);
        }
    }
}
