package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Wallets of one lane under their locks, with the limits above their payers, for what is no
 * exchange of a process: durable holds and usage that is charged in one step.
 */
final class LockedWallets {

    /** What came of trying to set money aside. */
    sealed interface Taking {

        /** It is set aside. */
        record Taken(List<HoldPart> parts) implements Taking {}

        /**
         * Nothing is set aside.
         *
         * @param pool what was short
         * @param recallable it would do if idle leases came back
         */
        record Lacking(Refusal refusal, PoolRow pool, boolean recallable) implements Taking {}
    }

    private final Handle tx;
    private final Stores stores;
    private final Budgets limits;
    private final Instant at;
    private final Map<Long, Wallet> wallets;
    private final Map<Long, Set<Subject.Kind>> limitedKinds = new HashMap<>();
    private final List<ChargeOrder> charged = new ArrayList<>();
    private @Nullable BudgetPools budgets;

    /** Locks them, in the order that every transaction uses; those that are not there are made. */
    LockedWallets(
            Handle tx, Stores stores, Budgets limits, Collection<Long> organizations, Instant at) {
        this.tx = tx;
        this.stores = stores;
        this.limits = limits;
        this.at = at;
        Set<Long> sorted = new TreeSet<>(organizations);
        if (sorted.stream().map(Lanes::of).distinct().count() > 1) {
            throw new IllegalArgumentException("not of one lane: " + sorted);
        }
        sorted.forEach(organization -> stores.pools().open(tx, organization));
        wallets = stores.pools().lock(tx, sorted);
    }

    /**
     * Makes the pools of the limits that payers have now, as far as they are missing: before
     * anything is set aside. The payers must be read too.
     *
     * @param countsAt in which periods
     */
    void ensureLimits(Collection<Payer> payers, Instant countsAt) {
        for (Payer payer : limited(payers)) {
            List<PoolRow> _ = limits.ensured(tx, payer, countsAt);
        }
    }

    /**
     * Reads what the wallets guard and books what the time has changed. From now on {@link #save}
     * must be called, whatever happens.
     *
     * @param payers whose limits count
     * @param earliest the earliest moment that something counts at
     * @param named pools of budgets that are needed besides
     */
    void read(Collection<Payer> payers, Instant earliest, Collection<PoolId> named) {
        wallets.values().forEach(wallet -> wallet.beginAt(at));
        budgets = BudgetPools.read(tx, stores, limited(payers), earliest, named, at);
        stores.grants().load(tx, wallets.values());
        Settlement.advance(tx, stores, wallets.values(), at);
    }

    private Set<Payer> limited(Collection<Payer> payers) {
        Set<Payer> limited = new LinkedHashSet<>();
        for (Payer payer : payers) {
            Set<Subject.Kind> kinds =
                    limitedKinds.computeIfAbsent(
                            payer.organizationId(), id -> stores.budgets().subjectKinds(tx, id));
            if (!kinds.isEmpty()) {
                limited.add(relevant(payer, kinds));
            }
        }
        return limited;
    }

    /** Many end users are one payer where none of them is limited. */
    private static Payer relevant(Payer payer, Set<Subject.Kind> limited) {
        return limited.contains(Subject.Kind.END_USER)
                ? payer
                : new Payer(
                        payer.organizationId(),
                        payer.projectId(),
                        payer.apiKeyId(),
                        payer.memberId(),
                        null);
    }

    /**
     * Sets money aside on everything that the payer must hold from, or on nothing.
     *
     * @param heldAt when it is held, as far as grants are concerned
     * @param countsAt in which periods of limits it counts
     */
    Taking take(Payer payer, String model, Money amount, Instant heldAt, Instant countsAt) {
        Wallet wallet = wallet(payer.organizationId());
        if (wallet.frozen) {
            return new Taking.Lacking(
                    new Refusal(Refusal.Reason.WALLET_FROZEN, ""), wallet.general.row, false);
        }
        List<CreditPool> eligible = wallet.eligible(payer.projectId(), model);
        List<PoolRow> hard =
                budgets().covering(payer, countsAt).stream().filter(LockedWallets::isHard).toList();
        Taking.@Nullable Lacking lacking = lackingCredit(wallet, eligible, amount);
        if (lacking == null) {
            lacking = lackingLimit(hard, amount);
        }
        if (lacking != null) {
            return lacking;
        }
        List<HoldPart> parts = new ArrayList<>();
        Money left = amount;
        for (CreditPool pool : eligible) {
            Money part = left.min(pool.row.free());
            if (part.isPositive()) {
                left = left.minus(part);
                parts.add(hold(pool.row, part, heldAt));
            }
        }
        if (amount.isPositive()) {
            hard.forEach(row -> parts.add(hold(row, amount, heldAt)));
        }
        return new Taking.Taken(parts);
    }

    private static HoldPart hold(PoolRow row, Money amount, Instant heldAt) {
        row.hold(amount);
        return new HoldPart(0, row.id.poolId(), row.kind.isCredit(), amount, Money.ZERO, heldAt);
    }

    private static boolean isHard(PoolRow row) {
        Budget budget = row.budget;
        return budget != null && budget.kind() == LimitKind.HARD;
    }

    private static Taking.@Nullable Lacking lackingCredit(
            Wallet wallet, List<CreditPool> eligible, Money amount) {
        Money free = Money.ZERO;
        Money leased = Money.ZERO;
        for (CreditPool pool : eligible) {
            free = free.plus(pool.row.free());
            leased = leased.plus(pool.row.leased());
        }
        return free.isLessThan(amount)
                ? new Taking.Lacking(
                        new Refusal(Refusal.Reason.INSUFFICIENT_CREDIT, amount, free, ""),
                        wallet.general.row,
                        !free.plus(leased).isLessThan(amount))
                : null;
    }

    private static Taking.@Nullable Lacking lackingLimit(List<PoolRow> hard, Money amount) {
        for (PoolRow row : hard) {
            Budget budget = row.budget;
            if (budget != null && row.free().isLessThan(amount)) {
                return new Taking.Lacking(
                        new Refusal(
                                Refusal.Reason.LIMIT_REACHED,
                                amount,
                                row.free(),
                                budget.subject().text() + " " + budget.period()),
                        row,
                        !row.funded().minus(row.held()).isLessThan(amount));
            }
        }
        return null;
    }

    /** Calls back what idle leases have. */
    void recall(long organizationId) {
        // Only when money is short: a signal serializes the commits of the whole database.
        Signals.send(tx, Signals.Topic.RECALL, organizationId);
    }

    /** Tells people of a refusal, if it is one that they would want to know of. */
    void noteShortage(Taking.Lacking lacking) {
        if (lacking.refusal().needed().isPositive()) {
            budgets().noteShortage(lacking.pool(), lacking.refusal().needed());
        }
    }

    /** Gives back what was set aside, so that it can be charged or is free again. */
    void letGo(long organizationId, List<HoldPart> parts) {
        for (HoldPart part : parts) {
            PoolRow row = row(organizationId, part);
            row.unhold(part.amount());
        }
    }

    /** What was let go, and charged as far as it is, pins no grants any more. */
    void unpin(long organizationId, List<HoldPart> parts) {
        for (HoldPart part : parts) {
            CreditPool pool = wallet(organizationId).pool(part.poolId());
            if (pool != null) {
                pool.unpin(part.pinned());
            }
        }
    }

    private PoolRow row(long organizationId, HoldPart part) {
        CreditPool credit = wallet(organizationId).pool(part.poolId());
        PoolRow row =
                credit == null
                        ? budgets().row(new PoolId(organizationId, part.poolId()))
                        : credit.row;
        if (row == null) {
            throw new IllegalStateException(organizationId + ": no pool of " + part);
        }
        return row;
    }

    /** Notes a charge that the caller charges to the wallet: it counts in limits and spending. */
    void count(ChargeOrder order) {
        budgets().charge(order);
        charged.add(order);
    }

    Wallet wallet(long organizationId) {
        Wallet wallet = wallets.get(organizationId);
        if (wallet == null) {
            throw new IllegalStateException("organization " + organizationId + " is not locked");
        }
        return wallet;
    }

    Instant at() {
        return at;
    }

    private BudgetPools budgets() {
        BudgetPools read = budgets;
        if (read == null) {
            throw new IllegalStateException("the limits are not read");
        }
        return read;
    }

    /** Writes everything back. */
    void save() {
        wallets.values().forEach(Wallet::expireUnpinned);
        Together writes = Together.of(tx);
        stores.budgets().addSpending(writes, Spending.of(List.of(charged)));
        stores.save(writes, wallets.values(), budgets().rows());
        writes.run();
        stores.journal().insertEvents(tx, budgets().events());
    }
}
