package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What people do with limits, each a transaction that every process hears of. */
final class Limits {

    private final Database database;
    private final Stores stores;
    private final Budgets budgets;

    Limits(Database database, Stores stores, Budgets budgets) {
        this.database = database;
        this.stores = stores;
        this.budgets = budgets;
    }

    void setMonthly(long organizationId, LimitKind kind, Optional<Money> amount, Instant at) {
        database.execute(
                tx -> {
                    lock(tx, organizationId);
                    for (Budget old : monthly(tx, organizationId, kind)) {
                        if (amount.isEmpty() || kind == LimitKind.SOFT) {
                            budgets.remove(tx, old, at);
                        }
                    }
                    amount.map(
                                    limit ->
                                            newBudget(
                                                    organizationId,
                                                    Subject.organization(),
                                                    BudgetPeriod.MONTH,
                                                    kind,
                                                    limit))
                            .ifPresent(budget -> budgets.set(tx, budget, at));
                });
    }

    Budget set(Budget wanted, Instant at) {
        return database.transaction(
                tx -> {
                    lock(tx, wanted.organizationId());
                    return budgets.set(tx, wanted, at);
                });
    }

    boolean remove(long organizationId, long budgetId, Instant at) {
        return database.transaction(
                tx -> {
                    Optional<Budget> budget = stores.budgets().find(tx, organizationId, budgetId);
                    if (budget.isPresent()) {
                        lock(tx, organizationId);
                        budgets.remove(tx, budget.get(), at);
                    }
                    return budget.isPresent();
                });
    }

    static Budget newBudget(
            long organizationId,
            Subject subject,
            BudgetPeriod period,
            LimitKind kind,
            Money amount) {
        return new Budget(organizationId, Ids.next(), subject, period, kind, amount);
    }

    private void lock(Handle tx, long organizationId) {
        stores.pools().open(tx, organizationId);
        Map<Long, Wallet> _ = stores.pools().lock(tx, Set.of(organizationId));
        Signals.send(tx, Signals.Topic.CREDIT_CHANGED, organizationId);
    }

    List<BudgetState> all(long organizationId, Instant at) {
        return database.snapshot(
                tx ->
                        stores.budgets().all(tx, organizationId).stream()
                                .map(budget -> state(tx, budget, at))
                                .toList());
    }

    Money spent(long organizationId, Subject subject, BudgetPeriod period, Instant at) {
        Budget any = newBudget(organizationId, subject, period, LimitKind.SOFT, Money.ZERO);
        BudgetPool present = BudgetPool.at(any, subject, at);
        return database.read(tx -> budgets.spent(tx, present));
    }

    private BudgetState state(Handle tx, Budget budget, Instant at) {
        Optional<Money> spent =
                budget.subject().isEach()
                        ? Optional.empty()
                        : Optional.of(
                                budgets.spent(tx, BudgetPool.at(budget, budget.subject(), at)));
        return new BudgetState(budget, spent, budget.period().start(at), budget.period().end(at));
    }

    private List<Budget> monthly(Handle tx, long organizationId, LimitKind kind) {
        return stores
                .budgets()
                .ofSubjects(tx, organizationId, Set.of(Subject.organization().text()))
                .stream()
                .filter(budget -> budget.kind() == kind && budget.period() == BudgetPeriod.MONTH)
                .toList();
    }

    MonthSpending month(long organizationId, Instant at) {
        Instant end = Objects.requireNonNull(BudgetPeriod.MONTH.end(at));
        return database.snapshot(
                tx ->
                        new MonthSpending(
                                YearMonth.from(at.atOffset(ZoneOffset.UTC)),
                                stores.budgets()
                                        .spent(
                                                tx,
                                                organizationId,
                                                Subject.organization(),
                                                Days.of(BudgetPeriod.MONTH.start(at)),
                                                Days.of(end)),
                                limitOf(tx, organizationId, LimitKind.HARD),
                                limitOf(tx, organizationId, LimitKind.SOFT),
                                end));
    }

    private Optional<Money> limitOf(Handle tx, long organizationId, LimitKind kind) {
        return monthly(tx, organizationId, kind).stream()
                .map(Budget::amount)
                .min(Comparator.naturalOrder());
    }
}
