package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.Exchange.Share;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.Rest;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.money.Money;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Exchange} being carried out: everything is read under the wallets' locks, worked out
 * in memory and written back, table by table, whatever the size of the batch.
 */
final class Settlement {

    /**
     * Incarnations not heard of for so long do not count when free money is shared out, and nothing
     * is expected back from them.
     */
    static final Duration SEEN_WITHIN = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final Handle tx;
    private final Exchange exchange;
    private final Stores stores;
    private final ExchangeReads reads;
    private final boolean buried;
    private final SortedMap<Long, List<ChargeOrder>> charges;
    private final Map<Long, Wallet> wallets;
    private final BudgetPools budgets;
    private final Map<PoolId, Lease> leases;

    /** What the leases had set aside for the charges, by organization and credit pool. */
    private final Map<Long, Map<Long, Money>> covered = new HashMap<>();

    /** What came back, or was charged to requests from before the last expiry: it pins no more. */
    private final Map<PoolId, Money> resolved = new LinkedHashMap<>();

    private final List<WalletSettled> settled = new ArrayList<>();

    /** What others may give back of the pools that had too little. */
    private Map<PoolId, Money> elsewhere = Map.of();

    Settlement(Handle tx, Exchange exchange, Stores stores, ExchangeReads reads) {
        this.tx = tx;
        this.exchange = exchange;
        this.stores = stores;
        this.reads = reads;
        this.buried = reads.buried();
        charges = reads.charges();
        wallets = reads.wallets();
        wallets.values().forEach(wallet -> wallet.beginAt(exchange.at()));
        budgets = BudgetPools.read(tx, stores, wallets.values(), exchange, reads.others());
        boolean pinned = advanceWallets();
        leases = reads.leases(pinned);
    }

    private boolean advanceWallets() {
        List<Wallet> charged = new ArrayList<>();
        List<Wallet> others = new ArrayList<>();
        for (Wallet wallet : wallets.values()) {
            if (charges.containsKey(wallet.organizationId)) {
                charged.add(wallet);
            } else if (wallet.needsGrants(exchange.at())) {
                others.add(wallet);
            }
        }
        reads.giveGrants(charged, others);
        charged.addAll(others);
        return advance(tx, stores, charged, exchange.at());
    }

    /**
     * Opens and closes what is due, and marks the leases that pin what was closed.
     *
     * @return whether leases were marked
     */
    static boolean advance(Handle tx, Stores stores, Collection<Wallet> wallets, Instant at) {
        List<PoolId> closed = new ArrayList<>();
        for (Wallet wallet : wallets) {
            for (CreditPool pool : wallet.pools()) {
                if (pool.advance(at)) {
                    closed.add(pool.row.id);
                }
            }
        }
        if (!closed.isEmpty()) {
            stores.pin(tx, closed);
        }
        return !closed.isEmpty();
    }

    /**
     * @param writes takes all that is to be written
     */
    ExchangeReply carryOut(Together writes) {
        exchange.reports().forEach(this::report);
        charges.forEach(this::charge);
        resolved.forEach(this::unpin);
        for (Wallet wallet : wallets.values()) {
            if (wallet.loaded()) {
                wallet.expireUnpinned();
            }
        }
        answerDemands();
        save(writes);
        List<LeaseState> states = reads.touched().stream().map(this::state).toList();
        return new ExchangeReply(false, states, settled);
    }

    private void report(LeaseReport report) {
        PoolId id = report.pool();
        Lease lease = leaseOf(id);
        Lease.Progress progress = lease.merge(report);
        PoolRow row = row(id);
        row.unlease(progress.spent().plus(progress.returned()));
        if (row.kind.isCredit()) {
            covered.computeIfAbsent(id.organizationId(), key -> new HashMap<>())
                    .merge(id.poolId(), progress.spent(), Money::plus);
            if (lease.pinned().isPositive()) {
                resolved.merge(id, progress.returnedOfPinned(), Money::plus);
            }
        }
    }

    private void unpin(PoolId id, Money noLongerPinning) {
        CreditPool pool = walletOf(id.organizationId()).pool(id.poolId());
        if (pool != null) {
            pool.unpin(leaseOf(id).unpin(noLongerPinning));
        }
    }

    private void charge(long organizationId, List<ChargeOrder> orders) {
        Wallet wallet = walletOf(organizationId);
        Map<Long, Money> cover = covered.computeIfAbsent(organizationId, key -> new HashMap<>());
        Money balanceBefore = wallet.credit();
        boolean pins = wallet.pins();
        for (ChargeOrder order : orders) {
            if (wallet.limited()) {
                budgets.charge(order);
            }
            if (pins) {
                resolve(wallet, order);
            }
        }
        long entry = wallet.charge(orders, cover);
        for (Money left : cover.values()) {
            if (left.isPositive()) {
                LOG.error(
                        "organization {}: the lease of {} reports {} more spent than is charged",
                        organizationId,
                        exchange.incarnationId(),
                        left);
            }
        }
        settled.add(new WalletSettled(organizationId, entry, balanceBefore));
    }

    /** What is charged of parts that were held before the last expiry pins what ended no more. */
    private void resolve(Wallet wallet, ChargeOrder order) {
        Money left = order.amount();
        for (Share share : order.shares()) {
            Money part = left.min(share.held());
            left = left.minus(part);
            CreditPool pool = wallet.pool(share.poolId());
            Instant before = pool == null ? null : pool.pinnedBefore();
            if (pool != null && before != null && share.heldAt().isBefore(before)) {
                resolved.merge(pool.row.id, part, Money::plus);
            }
        }
    }

    private void answerDemands() {
        if (buried || exchange.demands().isEmpty()) {
            return;
        }
        List<List<LeaseDemand>> unmet = new ArrayList<>();
        List<LeaseDemand> demands = exchange.demands();
        for (int from = 0, to; from < demands.size(); from = to) {
            to = endOfGroup(demands, from);
            List<LeaseDemand> tooLittle = answer(demands.subList(from, to));
            if (!tooLittle.isEmpty()) {
                unmet.add(tooLittle);
            }
        }
        recall(unmet);
    }

    private static int endOfGroup(List<LeaseDemand> demands, int from) {
        int group = demands.get(from).group();
        int to = from + 1;
        while (group != LeaseDemand.ALONE
                && to < demands.size()
                && demands.get(to).group() == group) {
            to++;
        }
        return to;
    }

    /**
     * Gives all that is needed, or nothing.
     *
     * @return the demands that there is too little for
     */
    private List<LeaseDemand> answer(List<LeaseDemand> group) {
        long living = reads.living();
        List<Money> shares = new ArrayList<>();
        List<LeaseDemand> tooLittle = new ArrayList<>();
        boolean met = true;
        for (LeaseDemand demand : group) {
            PoolRow pool = row(demand.pool());
            Money share = share(pool, demand, living);
            shares.add(share);
            if (share.isLessThan(demand.need())) {
                met &= demand.partial();
                if (!frozen(pool)) {
                    tooLittle.add(demand);
                }
            }
        }
        for (int index = 0; met && index < shares.size(); index++) {
            PoolId pool = group.get(index).pool();
            leaseOf(pool).extend(shares.get(index));
            row(pool).lease(shares.get(index));
        }
        for (LeaseDemand demand : tooLittle) {
            if (!demand.partial()) {
                budgets.noteShortage(row(demand.pool()), demand.need());
            }
        }
        return tooLittle;
    }

    /**
     * Calls back what is idle, but only where that can help: a signal serializes the commits of the
     * whole database, and a request that waits for nothing waits in vain.
     *
     * @param unmet by group
     */
    private void recall(List<List<LeaseDemand>> unmet) {
        List<PoolId> shared =
                unmet.stream()
                        .flatMap(List::stream)
                        .map(LeaseDemand::pool)
                        .filter(pool -> leasedToOthers(pool).isPositive())
                        .distinct()
                        .toList();
        if (shared.isEmpty()) {
            return;
        }
        elsewhere =
                stores.leases()
                        .elsewhere(
                                tx,
                                exchange.incarnationId(),
                                shared,
                                exchange.at().minus(SEEN_WITHIN));
        unmet.stream()
                .filter(this::mayBeMet)
                .map(group -> group.getFirst().pool().organizationId())
                .distinct()
                .forEach(organization -> Signals.send(tx, Signals.Topic.RECALL, organization));
    }

    /** Whether something is lacking that others may give back, and nothing that they cannot. */
    private boolean mayBeMet(List<LeaseDemand> tooLittle) {
        List<LeaseDemand> needed = tooLittle.stream().filter(demand -> !demand.partial()).toList();
        return !needed.isEmpty() && needed.stream().allMatch(demand -> mayBeMet(demand, tooLittle));
    }

    private boolean mayBeMet(LeaseDemand demand, List<LeaseDemand> tooLittle) {
        PoolRow pool = row(demand.pool());
        Money givable = Money.ZERO;
        for (LeaseDemand other : tooLittle) {
            boolean samePool = other.pool().equals(demand.pool());
            boolean sameCredit =
                    pool.kind.isCredit()
                            && row(other.pool()).kind.isCredit()
                            && other.pool().organizationId() == demand.pool().organizationId();
            if (samePool || sameCredit) {
                givable = givable.plus(elsewhere.getOrDefault(other.pool(), Money.ZERO));
            }
        }
        return givable.isPositive() && !pool.free().plus(givable).isLessThan(demand.need());
    }

    private Money leasedToOthers(PoolId pool) {
        return row(pool).leased().minus(leaseOf(pool).outstanding()).max(Money.ZERO);
    }

    /**
     * As much as is wanted, but at most half of a fair share of what is free, so that there is
     * something left for the others; if that is too little to be of use, just what is needed.
     */
    private Money share(PoolRow pool, LeaseDemand demand, long living) {
        if (frozen(pool)) {
            return Money.ZERO;
        }
        if (pool.closed) {
            return demand.want(); // the limit was removed; whoever has not heard is not bound by it
        }
        Instant end = pool.periodEndsAt;
        if (end != null && !exchange.at().isBefore(end) && !demand.late()) {
            return Money.ZERO;
        }
        Money free = pool.free();
        Money fair = demand.want().min(free.sharedBy(2).sharedBy(living));
        if (!fair.isLessThan(demand.need())) {
            return fair;
        }
        if (!free.isLessThan(demand.need())) {
            return demand.need();
        }
        return demand.partial() ? free : Money.ZERO;
    }

    private void save(Together writes) {
        stores.journal().insertEvents(tx, budgets.events());
        stores.budgets().addSpending(writes, Spending.of(charges.values()));
        stores.leases().save(writes, exchange.incarnationId(), leases.values());
        stores.save(writes, wallets.values(), budgets.rows()); // last: it locks the journal's head
    }

    private LeaseState state(PoolId id) {
        PoolRow row = row(id);
        CreditPool credit = walletOf(id.organizationId()).pool(id.poolId());
        Lease lease = leaseOf(id);
        return new LeaseState(
                id,
                lease.granted(),
                lease.spent(),
                lease.returned(),
                lease.pinnedGranted(),
                rest(row),
                credit == null ? row.periodEndsAt : credit.expiresNext(),
                frozen(row) || buried || lease.closed());
    }

    private Rest rest(PoolRow pool) {
        Money toOthers = leasedToOthers(pool.id);
        Budget limit = pool.budget;
        return new Rest(
                pool.free(),
                elsewhere.getOrDefault(pool.id, toOthers),
                toOthers.plus(pool.held()),
                limit == null ? Money.ZERO : limit.amount().minus(pool.funded()));
    }

    private boolean frozen(PoolRow pool) {
        return walletOf(pool.id.organizationId()).frozen;
    }

    private Wallet walletOf(long organizationId) {
        Wallet wallet = wallets.get(organizationId);
        if (wallet == null) {
            throw new IllegalStateException("organization " + organizationId + " is not locked");
        }
        return wallet;
    }

    private PoolRow row(PoolId id) {
        CreditPool credit = walletOf(id.organizationId()).pool(id.poolId());
        @Nullable PoolRow row = credit == null ? budgets.row(id) : credit.row;
        if (row == null) {
            throw new ForgottenMessages(exchange.incarnationId(), id);
        }
        return row;
    }

    private Lease leaseOf(PoolId id) {
        return leases.computeIfAbsent(id, Lease::none);
    }
}
