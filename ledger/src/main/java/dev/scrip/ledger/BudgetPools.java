package dev.scrip.ledger;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The budgets' pools that a message may touch: those of its payers, hard and soft, and those whose
 * leases it reports. A charge lowers every one that its payer is subject to and whose period holds
 * the moment of its hold, leased from or not: a limit set while requests run counts them too.
 */
final class BudgetPools {

    /**
     * An unmet wish for more than this says nothing about the pool: no ordinary request needs it.
     */
    private static final Money ORDINARY_NEED = Money.ofDollars("1.00");

    private record Key(long organizationId, Subject subject) {}

    private final Map<PoolId, PoolRow> rows;
    private final Map<Key, List<PoolRow>> bySubject = new HashMap<>();
    private final Set<Long> limited = new HashSet<>();
    private final Instant at;
    private final List<LedgerEvent> events = new ArrayList<>();

    private BudgetPools(Map<PoolId, PoolRow> rows, Instant at) {
        this.rows = rows;
        this.at = at;
        for (PoolRow row : rows.values()) {
            Budget budget = row.budget;
            if (budget != null && !row.closed) {
                bySubject
                        .computeIfAbsent(
                                new Key(budget.organizationId(), budget.subject()),
                                key -> new ArrayList<>())
                        .add(row);
                limited.add(budget.organizationId());
            }
        }
    }

    /** Reads them for a message; most organizations have none, and are not asked for. */
    static BudgetPools read(
            Handle tx,
            Stores stores,
            Collection<Wallet> wallets,
            Exchange exchange,
            Collection<Long> named) {
        Set<Long> organizations = new TreeSet<>();
        for (Wallet wallet : wallets) {
            if (wallet.limited()) {
                organizations.add(wallet.organizationId);
            }
        }
        Set<String> subjects = new HashSet<>();
        Set<Payer> payers = new HashSet<>();
        Instant earliest = exchange.at();
        for (ChargeOrder charge : exchange.charges()) {
            earliest = charge.heldAt().isBefore(earliest) ? charge.heldAt() : earliest;
            if (organizations.contains(charge.organizationId()) && payers.add(charge.payer())) {
                subjects.addAll(BudgetRules.subjectTexts(charge.payer()));
            }
        }
        return new BudgetPools(
                stores.pools().budgets(tx, organizations, subjects, earliest, named),
                exchange.at());
    }

    /** Those of some payers of limited organizations, for what is not an exchange. */
    static BudgetPools read(
            Handle tx,
            Stores stores,
            Collection<Payer> payers,
            Instant earliest,
            Collection<PoolId> named,
            Instant at) {
        Set<Long> organizations = new TreeSet<>();
        Set<String> subjects = new HashSet<>();
        for (Payer payer : payers) {
            organizations.add(payer.organizationId());
            subjects.addAll(BudgetRules.subjectTexts(payer));
        }
        named.forEach(pool -> organizations.add(pool.organizationId()));
        List<Long> poolIds = named.stream().map(PoolId::poolId).toList();
        return new BudgetPools(
                stores.pools().budgets(tx, organizations, subjects, earliest, poolIds), at);
    }

    @Nullable PoolRow row(PoolId id) {
        return rows.get(id);
    }

    Collection<PoolRow> rows() {
        return rows.values();
    }

    /** Those that a payer's spending at a moment counts in. */
    List<PoolRow> covering(Payer payer, Instant moment) {
        List<PoolRow> covering = new ArrayList<>();
        for (Subject.Kind kind : Subject.Kind.values()) {
            Subject subject = Subject.of(kind, payer);
            if (subject == null) {
                continue;
            }
            for (PoolRow row :
                    bySubject.getOrDefault(new Key(payer.organizationId(), subject), List.of())) {
                if (row.covers(moment)) {
                    covering.add(row);
                }
            }
        }
        return covering;
    }

    void charge(ChargeOrder order) {
        if (limited.contains(order.organizationId()) && order.amount().isPositive()) {
            for (PoolRow row : covering(order.payer(), order.heldAt())) {
                row.fund(order.amount().negated());
                noteReached(row);
            }
        }
    }

    /** Tells, once in a period, that a soft limit is reached. */
    private void noteReached(PoolRow row) {
        Budget budget = row.budget;
        if (budget != null
                && budget.kind() == LimitKind.SOFT
                && !row.told()
                && !row.funded().isPositive()) {
            row.tell(true);
            tell(
                    LedgerEvent.Kind.SOFT_LIMIT_REACHED,
                    row.id,
                    budget,
                    budget.amount(),
                    budget.amount().minus(row.funded()));
        }
    }

    /** Tells, once until credit or the limit rises, that an ordinary request finds nothing. */
    void noteShortage(PoolRow row, Money need) {
        boolean ordinary = !ORDINARY_NEED.isLessThan(need);
        boolean lasting = row.funded().isLessThan(need);
        if (row.told() || !ordinary || !lasting) {
            return;
        }
        row.tell(true);
        Budget budget = row.budget;
        tell(
                budget == null
                        ? LedgerEvent.Kind.WALLET_EMPTY
                        : LedgerEvent.Kind.HARD_LIMIT_REACHED,
                row.id,
                budget,
                budget == null ? need : budget.amount(),
                row.funded().max(Money.ZERO));
    }

    private void tell(
            LedgerEvent.Kind kind,
            PoolId pool,
            @Nullable Budget budget,
            Money threshold,
            Money value) {
        events.add(
                new LedgerEvent(
                        pool.organizationId(),
                        Ids.next(),
                        kind,
                        threshold,
                        value,
                        at,
                        budget == null ? null : budget.subject(),
                        budget == null ? null : budget.period()));
    }

    List<LedgerEvent> events() {
        return events;
    }
}
