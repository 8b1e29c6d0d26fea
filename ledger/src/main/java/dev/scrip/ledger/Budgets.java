package dev.scrip.ledger;

import dev.scrip.ledger.PoolList.Dimension;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sets limits, and says which pools a request must hold from. */
final class Budgets {

    private final Database database;
    private final Stores stores;

    Budgets(Database database, Stores stores) {
        this.database = database;
        this.stores = stores;
    }

    /**
     * Sets a limit. A hard one replaces the one that the subject has for such a period; a soft one
     * is added, unless it is there.
     */
    Budget set(Handle tx, Budget wanted, Instant at) {
        Budget budget = existing(tx, wanted).orElse(wanted);
        if (budget.budgetId() == wanted.budgetId()) {
            stores.budgets().insert(tx, budget);
        } else if (!budget.amount().equals(wanted.amount())) {
            budget = withAmount(budget, wanted.amount());
            stores.budgets().change(tx, budget);
        }
        if (budget.subject().isEach()) {
            follow(tx, budget, at);
        } else {
            overrule(tx, budget, at);
            makePool(tx, BudgetPool.at(budget, budget.subject(), at));
        }
        return budget;
    }

    private Optional<Budget> existing(Handle tx, Budget wanted) {
        return stores
                .budgets()
                .ofSubjects(tx, wanted.organizationId(), Set.of(wanted.subject().text()))
                .stream()
                .filter(
                        other ->
                                sameLimit(other, wanted)
                                        && (other.kind() == LimitKind.HARD
                                                || other.amount().equals(wanted.amount())))
                .findFirst();
    }

    private static boolean sameLimit(Budget one, Budget other) {
        return one.kind() == other.kind() && one.period() == other.period();
    }

    private static Budget withAmount(Budget budget, Money amount) {
        return new Budget(
                budget.organizationId(),
                budget.budgetId(),
                budget.subject(),
                budget.period(),
                budget.kind(),
                amount);
    }

    /** The pools there are follow a limit for each of many; those to come are made as it is now. */
    private void follow(Handle tx, Budget budget, Instant at) {
        for (PoolRow row :
                stores.pools().poolsOf(tx, budget.organizationId(), budget.budgetId(), at)) {
            Subject subject = subjectOf(row);
            makePool(tx, new BudgetPool(budget, subject, row.periodStartsAt, row.periodEndsAt));
        }
    }

    /** What holds for one subject takes the place of what holds for each. */
    private void overrule(Handle tx, Budget budget, Instant at) {
        if (budget.subject().kind() == Subject.Kind.ORGANIZATION) {
            return;
        }
        Subject each = Subject.each(budget.subject().kind());
        for (Budget general :
                stores.budgets().ofSubjects(tx, budget.organizationId(), Set.of(each.text()))) {
            if (sameLimit(general, budget)) {
                List<PoolRow> overruled =
                        stores
                                .pools()
                                .poolsOf(tx, budget.organizationId(), general.budgetId(), at)
                                .stream()
                                .filter(row -> subjectOf(row).equals(budget.subject()))
                                .toList();
                stores.pools().close(tx, budget.organizationId(), overruled);
            }
        }
    }

    private static Subject subjectOf(PoolRow row) {
        Budget budget = row.budget;
        if (budget == null) {
            throw new IllegalStateException(row.id + " is no budget's pool");
        }
        return budget.subject();
    }

    /** Removes a limit; its pools bind nobody any more. */
    void remove(Handle tx, Budget budget, Instant at) {
        stores.budgets().remove(tx, budget);
        stores.pools()
                .close(
                        tx,
                        budget.organizationId(),
                        stores.pools().poolsOf(tx, budget.organizationId(), budget.budgetId(), at));
    }

    private void makePool(Handle tx, BudgetPool pool) {
        stores.pools().makePool(tx, pool, Ids.next(), spent(tx, pool));
    }

    /** What the pool's subject has spent in its period. */
    Money spent(Handle tx, BudgetPool pool) {
        Instant end = pool.endsAt();
        return stores.budgets()
                .spent(
                        tx,
                        pool.budget().organizationId(),
                        pool.subject(),
                        Days.of(pool.startsAt()),
                        end == null ? Integer.MAX_VALUE : Days.of(end));
    }

    /** The pools of a payer's limits as of a moment, hard and soft; those not there are made. */
    private List<PoolRow> pools(Payer payer, Instant at) {
        long organization = payer.organizationId();
        List<BudgetPool> wanted =
                database.read(tx -> BudgetRules.applying(limitsOf(tx, payer), payer)).stream()
                        .map(bound -> BudgetPool.at(bound.budget(), bound.subject(), at))
                        .toList();
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<PoolRow> found =
                database.read(tx -> stores.pools().openPools(tx, organization, wanted));
        if (found.size() == wanted.size()) {
            return found;
        }
        return database.transaction(tx -> makeMissing(tx, payer, at));
    }

    private List<Budget> limitsOf(Handle tx, Payer payer) {
        return stores.budgets()
                .ofSubjects(tx, payer.organizationId(), BudgetRules.subjectTexts(payer));
    }

    /** Limits may have changed meanwhile, or somebody else has made their pools. */
    private List<PoolRow> makeMissing(Handle tx, Payer payer, Instant at) {
        long organization = payer.organizationId();
        stores.pools().open(tx, organization);
        Map<Long, Wallet> _ = stores.pools().lock(tx, Set.of(organization));
        return ensured(tx, payer, at);
    }

    /** The pools of a payer's limits as of a moment, made if need be; the lock must be held. */
    List<PoolRow> ensured(Handle tx, Payer payer, Instant at) {
        long organization = payer.organizationId();
        List<BudgetPool> wanted =
                BudgetRules.applying(limitsOf(tx, payer), payer).stream()
                        .map(bound -> BudgetPool.at(bound.budget(), bound.subject(), at))
                        .toList();
        Set<String> there = new HashSet<>();
        for (PoolRow row : stores.pools().openPools(tx, organization, wanted)) {
            there.add(key(row));
        }
        for (BudgetPool pool : wanted) {
            if (!there.contains(pool.budget().budgetId() + " " + pool.subject().text())) {
                makePool(tx, pool);
            }
        }
        return stores.pools().openPools(tx, organization, wanted);
    }

    private static String key(PoolRow row) {
        Budget budget = row.budget;
        return budget == null ? "" : budget.budgetId() + " " + budget.subject().text();
    }

    /** What a request of this payer for this model must hold from. */
    PoolList list(Payer payer, String model, Instant at) {
        long organization = payer.organizationId();
        // Most organizations have no limit, and every one is asked for when its first request
        // comes.
        Set<Subject.Kind> limited =
                database.read(tx -> stores.budgets().subjectKinds(tx, organization));
        List<Pool> budgets = new ArrayList<>();
        Instant endsAt = null;
        for (PoolRow row : limited.isEmpty() ? List.<PoolRow>of() : pools(payer, at)) {
            Budget budget = row.budget;
            if (budget != null && budget.kind() == LimitKind.HARD) {
                budgets.add(new Pool(row.id, Pool.Kind.BUDGET, budget, row.periodEndsAt));
            }
            endsAt = earlier(endsAt, row.periodEndsAt);
        }
        budgets.sort(Comparator.comparing(Pool::id));
        return list(payer, model, limited, budgets).until(endsAt);
    }

    /** The same for those organizations all of whose requests hold from the wallet alone. */
    Map<Long, PoolList> listsOfUnlimited(Collection<Long> organizations) {
        Map<Long, PoolList> lists = new HashMap<>();
        for (long organization :
                database.read(tx -> stores.budgets().unlimited(tx, organizations))) {
            lists.put(
                    organization,
                    new PoolList(List.of(wallet(organization)), List.of(), null, Set.of()));
        }
        return lists;
    }

    private static Pool wallet(long organization) {
        return new Pool(new PoolId(organization, PoolRow.WALLET), Pool.Kind.WALLET, null, null);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    private PoolList list(
            Payer payer, String model, Set<Subject.Kind> limited, List<Pool> budgets) {
        long organization = payer.organizationId();
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (Subject.Kind kind : limited) {
            BudgetRules.dimension(kind).ifPresent(dimensions::add);
        }
        List<Pool> credit = new ArrayList<>();
        Optional<Wallet> wallet = database.read(tx -> stores.pools().find(tx, organization));
        for (CreditPool pool : wallet.map(Wallet::pools).orElse(List.of())) {
            if (!pool.scope.models().isEmpty()) {
                dimensions.add(Dimension.MODEL);
            }
            if (!pool.scope.projects().isEmpty()) {
                dimensions.add(Dimension.PROJECT);
            }
        }
        for (CreditPool pool :
                wallet.map(of -> of.eligible(payer.projectId(), model)).orElse(List.of())) {
            if (!pool.scope.isAny()) {
                credit.add(new Pool(pool.row.id, Pool.Kind.SCOPED_CREDIT, null, null));
            }
        }
        credit.add(wallet(organization));
        return new PoolList(credit, budgets, null, dimensions);
    }
}
