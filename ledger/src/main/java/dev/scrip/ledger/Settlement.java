package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.Exchange.LeaseDemand;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.ExchangeReply.WalletSettled;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Exchange} being carried out: everything is read under the wallets' locks, worked out
 * in memory and written back, table by table, whatever the size of the batch.
 */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /**
     * An unmet wish for more than this says nothing about the wallet: no ordinary request needs it.
     */
    private static final Money ORDINARY_NEED = Money.ofDollars("1.00");

    private final Handle tx;
    private final Exchange exchange;
    private final Stores stores;
    private final boolean buried;
    private final Map<Long, List<ChargeOrder>> charges = new TreeMap<>();
    private final Map<Long, Wallet> wallets;
    private final Map<PoolId, PoolRow> budgets;
    private final Map<Long, List<PoolRow>> budgetsByOrganization = new TreeMap<>();
    private final Map<PoolId, Lease> leases;
    private final Map<Long, Money> covered = new TreeMap<>();

    /** What came back, or was charged to requests from before the last expiry: it pins no more. */
    private final Map<Long, Money> resolved = new TreeMap<>();

    private final List<WalletSettled> settled = new ArrayList<>();
    private final List<LedgerEvent> events = new ArrayList<>();

    /** The order of reading is the order of the locks: wallets, then what they guard. */
    Settlement(Handle tx, Exchange exchange, Stores stores, boolean buried) {
        this.tx = tx;
        this.exchange = exchange;
        this.stores = stores;
        this.buried = buried;
        for (ChargeOrder charge : exchange.charges()) {
            charges.computeIfAbsent(charge.organizationId(), key -> new ArrayList<>()).add(charge);
        }
        Set<Long> organizations = new TreeSet<>(charges.keySet());
        Set<Long> pools = new TreeSet<>(Set.of(PoolRow.WALLET));
        for (PoolId pool : touched()) {
            organizations.add(pool.organizationId());
            pools.add(pool.poolId());
        }
        requireLane(organizations);
        wallets = stores.wallets().lock(tx, organizations);
        budgets = stores.budgets().pools(tx, organizations, earliest(), pools);
        for (PoolRow budget : budgets.values()) {
            budgetsByOrganization
                    .computeIfAbsent(budget.id.organizationId(), key -> new ArrayList<>())
                    .add(budget);
        }
        advanceWallets();
        leases = stores.leases().leases(tx, exchange.incarnationId(), organizations, pools);
    }

    private Set<PoolId> touched() {
        Set<PoolId> touched = new LinkedHashSet<>();
        exchange.reports().forEach(report -> touched.add(report.pool()));
        exchange.demands().forEach(demand -> touched.add(demand.pool()));
        return touched;
    }

    private void requireLane(Set<Long> organizations) {
        for (long organization : organizations) {
            if (Lanes.of(organization) != exchange.lane()) {
                throw new IllegalArgumentException(
                        "organization %d is of lane %d, not %d"
                                .formatted(organization, Lanes.of(organization), exchange.lane()));
            }
        }
    }

    private Instant earliest() {
        Instant earliest = exchange.at();
        for (ChargeOrder charge : exchange.charges()) {
            earliest = charge.heldAt().isBefore(earliest) ? charge.heldAt() : earliest;
        }
        return earliest;
    }

    private void advanceWallets() {
        List<Wallet> reading = new ArrayList<>();
        for (Wallet wallet : wallets.values()) {
            if (charges.containsKey(wallet.organizationId) || wallet.needsGrants(exchange.at())) {
                reading.add(wallet);
            }
        }
        stores.wallets().loadGrants(tx, reading);
        List<Long> closed = new ArrayList<>();
        for (Wallet wallet : reading) {
            if (wallet.advance(exchange.at())) {
                closed.add(wallet.organizationId);
            }
        }
        if (!closed.isEmpty()) {
            stores.leases().pin(tx, closed);
        }
    }

    ExchangeReply carryOut() {
        exchange.reports().forEach(this::report);
        charges.forEach(this::charge);
        resolved.forEach(this::unpin);
        for (Wallet wallet : wallets.values()) {
            if (wallet.loaded()) {
                wallet.expireUnpinned();
            }
        }
        spend();
        answerDemands();
        save();
        List<LeaseState> states = touched().stream().map(this::state).toList();
        return new ExchangeReply(false, states, settled);
    }

    private void report(LeaseReport report) {
        PoolId id = report.pool();
        Lease.Progress progress = leaseOf(id).merge(report);
        pool(id).unlease(progress.spent().plus(progress.returned()));
        if (id.poolId() == PoolRow.WALLET) {
            long organization = id.organizationId();
            covered.merge(organization, progress.spent(), Money::plus);
            resolved.merge(organization, progress.returned(), Money::plus);
        }
    }

    private void unpin(long organizationId, Money noLongerPinning) {
        Lease lease = leaseOf(new PoolId(organizationId, PoolRow.WALLET));
        walletOf(organizationId).unpin(lease.unpin(noLongerPinning));
    }

    private void charge(long organizationId, List<ChargeOrder> orders) {
        Wallet wallet = walletOf(organizationId);
        Money cover = covered.getOrDefault(organizationId, Money.ZERO);
        Instant pinnedBefore = wallet.pinnedBefore();
        Money balanceBefore = wallet.pool.funded();
        Money total = Money.ZERO;
        Money fromBefore = Money.ZERO;
        for (ChargeOrder order : orders) {
            total = total.plus(order.amount());
            if (pinnedBefore != null && order.heldAt().isBefore(pinnedBefore)) {
                fromBefore = fromBefore.plus(order.amount());
            }
            for (PoolRow budget : budgetsOf(organizationId)) {
                if (budget.covers(order.heldAt())) {
                    budget.fund(order.amount().negated());
                }
            }
        }
        if (!total.equals(cover)) {
            LOG.error(
                    "organization {}: {} charged, but the lease of {} reports {} spent for it",
                    organizationId,
                    total,
                    exchange.incarnationId(),
                    cover);
        }
        long entry = wallet.charge(orders, cover);
        settled.add(new WalletSettled(organizationId, entry, balanceBefore));
        resolved.merge(organizationId, fromBefore, Money::plus);
    }

    private void spend() {
        Map<Long, Map<Integer, Money>> added = new TreeMap<>();
        for (ChargeOrder charge : exchange.charges()) {
            if (charge.amount().isPositive()) {
                added.computeIfAbsent(charge.organizationId(), key -> new TreeMap<>())
                        .merge(Months.of(charge.heldAt()), charge.amount(), Money::plus);
            }
        }
        List<BudgetStore.Spent> rows = new ArrayList<>();
        added.forEach(
                (organization, months) ->
                        months.forEach(
                                (month, amount) ->
                                        rows.add(
                                                new BudgetStore.Spent(
                                                        organization, month, amount))));
        if (rows.isEmpty()) {
            return;
        }
        for (BudgetStore.Watched watched : stores.budgets().addSpending(tx, rows)) {
            Money now = watched.spent();
            Money before =
                    now.minus(
                            added.getOrDefault(watched.organizationId(), Map.of())
                                    .getOrDefault(watched.month(), Money.ZERO));
            boolean below = before.isLessThan(watched.limit()) || before.isZero();
            if (below && !now.isLessThan(watched.limit())) {
                tell(
                        watched.organizationId(),
                        LedgerEvent.Kind.SOFT_LIMIT_REACHED,
                        watched.limit(),
                        now);
            }
        }
    }

    private void answerDemands() {
        if (buried || exchange.demands().isEmpty()) {
            return;
        }
        long living = Math.max(1, stores.leases().countLiving(tx));
        for (LeaseDemand demand : exchange.demands()) {
            PoolRow pool = pool(demand.pool());
            Money granted = share(pool, demand, living);
            leaseOf(demand.pool()).extend(granted);
            pool.lease(granted);
            if (granted.isLessThan(demand.need())) {
                noteShortage(pool, demand.need());
            }
        }
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
        if (end != null && !exchange.at().isBefore(end)) {
            return Money.ZERO;
        }
        Money fair = demand.want().min(pool.free().sharedBy(2).sharedBy(living));
        if (!fair.isLessThan(demand.need())) {
            return fair;
        }
        return pool.free().isLessThan(demand.need()) ? Money.ZERO : demand.need();
    }

    /** Tells, once until credit or the limit rises, that an ordinary request finds nothing. */
    private void noteShortage(PoolRow pool, Money need) {
        boolean ordinary = !ORDINARY_NEED.isLessThan(need);
        boolean lasting = pool.funded().isLessThan(need);
        if (pool.told() || frozen(pool) || !ordinary || !lasting) {
            return;
        }
        pool.tell(true);
        boolean wallet = pool.kind == Pool.Kind.WALLET;
        tell(
                pool.id.organizationId(),
                wallet ? LedgerEvent.Kind.WALLET_EMPTY : LedgerEvent.Kind.HARD_LIMIT_REACHED,
                wallet ? need : pool.limit,
                pool.funded().max(Money.ZERO));
    }

    private void tell(long organizationId, LedgerEvent.Kind kind, Money threshold, Money value) {
        events.add(
                new LedgerEvent(organizationId, Ids.next(), kind, threshold, value, exchange.at()));
    }

    private void save() {
        stores.wallets().save(tx, wallets.values(), exchange.at());
        stores.budgets().save(tx, budgets.values());
        stores.leases().save(tx, exchange.incarnationId(), leases.values());
        stores.journal().insertEvents(tx, events);
    }

    private LeaseState state(PoolId id) {
        PoolRow pool = pool(id);
        Wallet wallet = walletOf(id.organizationId());
        boolean isWallet = pool.kind == Pool.Kind.WALLET;
        Lease lease = leaseOf(id);
        return new LeaseState(
                id,
                lease.granted(),
                lease.spent(),
                lease.returned(),
                pool.free(),
                pool.leased().minus(lease.outstanding()).max(Money.ZERO),
                isWallet ? wallet.expiresNext() : pool.periodEndsAt,
                frozen(pool) || buried || lease.closed());
    }

    private boolean frozen(PoolRow pool) {
        return pool.frozen || walletOf(pool.id.organizationId()).pool.frozen;
    }

    private Wallet walletOf(long organizationId) {
        Wallet wallet = wallets.get(organizationId);
        if (wallet == null) {
            throw new IllegalStateException("organization " + organizationId + " is not locked");
        }
        return wallet;
    }

    private PoolRow pool(PoolId id) {
        PoolRow budget = budgets.get(id);
        if (budget != null) {
            return budget;
        }
        if (id.poolId() != PoolRow.WALLET) {
            throw new IllegalArgumentException(id + ": no such pool");
        }
        return walletOf(id.organizationId()).pool;
    }

    private List<PoolRow> budgetsOf(long organizationId) {
        return budgetsByOrganization.getOrDefault(organizationId, List.of());
    }

    private Lease leaseOf(PoolId id) {
        return leases.computeIfAbsent(id, Lease::none);
    }
}
