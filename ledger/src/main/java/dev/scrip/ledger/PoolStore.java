package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Locks wallets, reads pools, and writes their counters back. */
final class PoolStore {

    private static final String COLUMNS =
            """
            organization_id, pool_id, kind, period_starts_at, period_ends_at, limit_amount,
            budget_id, subject, limit_kind, period, funded, leased, held, pinned, pinned_before,
            expires_next, starts_next, entries, posted_at, frozen, scoped, limited, told, closed,
            models, projects
            """;

    /** What is read of a wallet: it has no period and no limit. */
    private static final String WALLET_COLUMNS =
            """
            organization_id, funded, leased, held, told, pinned, pinned_before, expires_next,
            starts_next, entries, posted_at, frozen, scoped, limited
            """;

    private static final Prepared LOCK =
            Prepared.of(
                    "SELECT "
                            + WALLET_COLUMNS
                            + """
                                FROM pool WHERE organization_id = ANY(:organizations) AND pool_id = 0
                                ORDER BY organization_id FOR UPDATE
                                """);

    private static final Prepared FIND =
            Prepared.of(
                    "SELECT "
                            + WALLET_COLUMNS
                            + " FROM pool WHERE organization_id = :organization"
                            + " AND pool_id = 0");

    private static final Prepared BUDGETS =
            Prepared.of(
                    "SELECT "
                            + COLUMNS
                            + """
                                FROM pool
                                WHERE organization_id = ANY(:organizations) AND kind = 'BUDGET'
                                    AND (pool_id = ANY(:named)
                                        OR subject = ANY(:subjects) AND NOT closed
                                            AND (period_ends_at IS NULL
                                                OR period_ends_at > :earliest))
                                """);

    void open(Handle tx, long organizationId) {
        tx.createUpdate(
                        """
                        INSERT INTO pool (organization_id, pool_id, kind, period_starts_at, funded)
                        VALUES (:organization, 0, 'WALLET', 'epoch', 0)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("organization", organizationId)
                .execute();
    }

    /**
     * Locks the wallets, in the order that every transaction uses, and reads them with the pools of
     * scoped grants.
     *
     * <p>The lock is a statement of its own, and whatever the wallets guard (grants, budgets,
     * leases, other pools) is read by later ones: a statement that waits for a lock goes on with
     * the snapshot from before its wait, and would miss rows that the transaction it waited for has
     * inserted.
     */
    Map<Long, Wallet> lock(Handle tx, Collection<Long> organizations) {
        Together lock = Together.of(tx);
        Together.Rows<Wallet> rows = lock(lock, organizations);
        lock.run();
        return locked(tx, organizations, rows.all());
    }

    /** The statement that locks them. */
    Together.Rows<Wallet> lock(Together reads, Collection<Long> organizations) {
        return reads.read(
                LOCK.on(reads.tx()).bind("organizations", SqlColumns.longs(organizations)),
                PoolStore::wallet);
    }

    /** What was locked, complete. */
    Map<Long, Wallet> locked(Handle tx, Collection<Long> organizations, List<Wallet> rows) {
        Map<Long, Wallet> wallets = LinkedHashMap.newLinkedHashMap(rows.size());
        rows.forEach(wallet -> wallets.put(wallet.organizationId, wallet));
        for (long organization : organizations) {
            if (!wallets.containsKey(organization)) {
                throw new IllegalArgumentException("organization " + organization + ": no wallet");
            }
        }
        readScoped(tx, wallets);
        return wallets;
    }

    /** Reads a wallet without its lock, on the transaction's snapshot. */
    Optional<Wallet> find(Handle tx, long organizationId) {
        Optional<Wallet> found =
                FIND.on(tx).bind("organization", organizationId).first(row -> wallet(row));
        found.ifPresent(wallet -> readScoped(tx, Map.of(organizationId, wallet)));
        return found;
    }

    private static void readScoped(Handle tx, Map<Long, Wallet> wallets) {
        List<Wallet> scoped = wallets.values().stream().filter(Wallet::hasScopedPools).toList();
        if (scoped.isEmpty()) {
            return;
        }
        tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM pool
                                WHERE organization_id = ANY(:organizations)
                                    AND kind = 'SCOPED_CREDIT'
                                ORDER BY organization_id, pool_id
                                """)
                .bind("organizations", SqlColumns.longs(scoped, wallet -> wallet.organizationId))
                .map((row, context) -> addScoped(row, wallets))
                .list();
    }

    private static CreditPool addScoped(ResultSet row, Map<Long, Wallet> wallets)
            throws SQLException {
        Wallet wallet = Objects.requireNonNull(wallets.get(row.getLong("organization_id")));
        return wallet.addPool(pool(row), scope(row), times(row));
    }

    private static Wallet wallet(ResultSet row) throws SQLException {
        PoolId id = new PoolId(row.getLong("organization_id"), PoolRow.WALLET);
        PoolRow.Fixed fixed =
                new PoolRow.Fixed(id, Pool.Kind.WALLET, Instant.EPOCH, null, null, false);
        return new Wallet(
                counters(row, fixed),
                times(row),
                new Wallet.Extra(
                        row.getLong("entries"),
                        SqlColumns.timeOrNull(row, "posted_at"),
                        row.getBoolean("frozen"),
                        row.getBoolean("scoped"),
                        row.getBoolean("limited")));
    }

    private static CreditPool.Times times(ResultSet row) throws SQLException {
        return new CreditPool.Times(
                Money.ofNanos(row.getLong("pinned")),
                SqlColumns.timeOrNull(row, "pinned_before"),
                SqlColumns.timeOrNull(row, "expires_next"),
                SqlColumns.timeOrNull(row, "starts_next"));
    }

    static GrantScope scope(ResultSet row) throws SQLException {
        String[] models = (String[]) row.getArray("models").getArray();
        Long[] projects = (Long[]) row.getArray("projects").getArray();
        return models.length == 0 && projects.length == 0
                ? GrantScope.ANY
                : new GrantScope(Set.of(models), Set.of(projects));
    }

    private static PoolRow pool(ResultSet row) throws SQLException {
        Pool.Kind kind = Pool.Kind.valueOf(row.getString("kind"));
        return counters(
                row,
                new PoolRow.Fixed(
                        new PoolId(row.getLong("organization_id"), row.getLong("pool_id")),
                        kind,
                        SqlColumns.time(row, "period_starts_at"),
                        SqlColumns.timeOrNull(row, "period_ends_at"),
                        kind == Pool.Kind.BUDGET ? budget(row) : null,
                        row.getBoolean("closed")));
    }

    private static PoolRow counters(ResultSet row, PoolRow.Fixed fixed) throws SQLException {
        return new PoolRow(
                fixed,
                Money.ofNanos(row.getLong("funded")),
                Money.ofNanos(row.getLong("leased")),
                Money.ofNanos(row.getLong("held")),
                row.getBoolean("told"));
    }

    private static Budget budget(ResultSet row) throws SQLException {
        return new Budget(
                row.getLong("organization_id"),
                row.getLong("budget_id"),
                Subject.parse(row.getString("subject")),
                BudgetPeriod.valueOf(row.getString("period")),
                LimitKind.valueOf(row.getString("limit_kind")),
                Money.ofNanos(row.getLong("limit_amount")));
    }

    /**
     * The budget pools of some subjects whose period ends after a moment, and those named. The
     * wallets' locks must be held.
     */
    Map<PoolId, PoolRow> budgets(
            Handle tx,
            Collection<Long> organizations,
            Collection<String> subjects,
            Instant earliest,
            Collection<Long> named) {
        Map<PoolId, PoolRow> pools = new TreeMap<>();
        if (organizations.isEmpty()) {
            return pools;
        }
        BUDGETS.on(tx)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("named", SqlColumns.longs(named))
                .bind("subjects", SqlColumns.texts(subjects, subject -> subject))
                .bind("earliest", earliest)
                .list(row -> pool(row))
                .forEach(pool -> pools.put(pool.id, pool));
        return pools;
    }

    /** The open pools of some budgets, in the periods given. */
    List<PoolRow> openPools(Handle tx, long organizationId, Collection<BudgetPool> wanted) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM pool JOIN
                                    unnest(:subjects::text[], :starts::timestamptz[],
                                        :budgets::bigint[])
                                    AS n (wanted_subject, wanted_start, wanted_budget)
                                    ON subject = wanted_subject AND period_starts_at = wanted_start
                                        AND budget_id = wanted_budget
                                WHERE organization_id = :organization AND NOT closed
                                """)
                .bind("organization", organizationId)
                .bind("subjects", SqlColumns.texts(wanted, pool -> pool.subject().text()))
                .bind("starts", SqlColumns.times(wanted, BudgetPool::startsAt))
                .bind("budgets", SqlColumns.longs(wanted, pool -> pool.budget().budgetId()))
                .map((row, context) -> pool(row))
                .list();
    }

    /**
     * Makes a budget's pool in a period, or opens it again, as its limit and spending are now. The
     * wallet's lock must be held.
     */
    void makePool(Handle tx, BudgetPool pool, long poolId, Money spent) {
        Budget budget = pool.budget();
        tx.createUpdate(
                        """
                        INSERT INTO pool (organization_id, pool_id, kind, period_starts_at,
                            period_ends_at, limit_amount, budget_id, subject, limit_kind, period,
                            funded, told)
                        VALUES (:organization, :pool, 'BUDGET', :start, :end, :limit, :budget,
                            :subject, :kind, :period, :funded, :told)
                        ON CONFLICT (organization_id, subject, period_starts_at, budget_id)
                            DO UPDATE SET closed = false, limit_amount = EXCLUDED.limit_amount,
                                funded = EXCLUDED.funded,
                                told = CASE WHEN pool.limit_kind = 'SOFT' THEN EXCLUDED.told
                                    ELSE pool.told AND NOT pool.closed
                                        AND EXCLUDED.limit_amount <= pool.limit_amount END
                        """)
                .bind("organization", budget.organizationId())
                .bind("pool", poolId)
                .bind("start", pool.startsAt())
                .bind("end", pool.endsAt())
                .bind("limit", budget.amount().nanos())
                .bind("budget", budget.budgetId())
                .bind("subject", pool.subject().text())
                .bind("kind", budget.kind().name())
                .bind("period", budget.period().name())
                .bind("funded", budget.amount().minus(spent).nanos())
                .bind("told", isReached(budget, spent))
                .execute();
        tx.createUpdate(
                        """
                        UPDATE pool SET limited = true
                        WHERE organization_id = :organization AND pool_id = 0 AND NOT limited
                        """)
                .bind("organization", budget.organizationId())
                .execute();
    }

    /** Was a soft limit reached before, so that there is nothing to tell? */
    private static boolean isReached(Budget budget, Money spent) {
        return budget.kind() == LimitKind.SOFT
                && spent.isPositive()
                && !spent.isLessThan(budget.amount());
    }

    /** The open pools of a budget whose period has not ended. */
    List<PoolRow> poolsOf(Handle tx, long organizationId, long budgetId, Instant at) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM pool
                                WHERE organization_id = :organization AND budget_id = :budget
                                    AND NOT closed
                                    AND (period_ends_at IS NULL OR period_ends_at > :at)
                                """)
                .bind("organization", organizationId)
                .bind("budget", budgetId)
                .bind("at", at)
                .map((row, context) -> pool(row))
                .list();
    }

    /**
     * Closes pools: they bind nobody, and their figures are not kept up. Leases on them are still
     * reported.
     */
    void close(Handle tx, long organizationId, Collection<PoolRow> pools) {
        tx.createUpdate(
                        """
                        UPDATE pool SET closed = true
                        WHERE organization_id = :organization AND pool_id = ANY(:pools)
                        """)
                .bind("organization", organizationId)
                .bind("pools", SqlColumns.longs(pools, pool -> pool.id.poolId()))
                .execute();
    }

    /** Makes a pool for credit of a scope. The wallet's lock must be held. */
    PoolRow makeScoped(Handle tx, long organizationId, long poolId, GrantScope scope) {
        PoolRow row =
                tx.createQuery(
                                """
                                INSERT INTO pool (organization_id, pool_id, kind, period_starts_at,
                                    subject, models, projects, funded)
                                VALUES (:organization, :pool, 'SCOPED_CREDIT', 'epoch', :subject,
                                    :models, :projects, 0)
                                RETURNING
                                """
                                        + COLUMNS)
                        .bind("organization", organizationId)
                        .bind("pool", poolId)
                        .bind("subject", scope.text())
                        .bind("models", SqlColumns.texts(scope.models(), model -> model))
                        .bind("projects", SqlColumns.longs(scope.projects()))
                        .map((found, context) -> pool(found))
                        .one();
        tx.createUpdate(
                        """
                        UPDATE pool SET scoped = true
                        WHERE organization_id = :organization AND pool_id = 0
                        """)
                .bind("organization", organizationId)
                .execute();
        return row;
    }

    /** Organizations with a pool that the time has changed, the longest due first. */
    List<Long> due(Handle tx, Instant at, int limit) {
        return tx.createQuery(
                        """
                        SELECT organization_id FROM pool
                        WHERE LEAST(expires_next, starts_next) <= :at
                        ORDER BY LEAST(expires_next, starts_next) LIMIT :limit
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    void freeze(Handle tx, long organizationId, boolean frozen) {
        tx.createUpdate(
                        """
                        UPDATE pool SET frozen = :frozen
                        WHERE organization_id = :organization AND pool_id = 0
                        """)
                .bind("organization", organizationId)
                .bind("frozen", frozen)
                .execute();
    }
}
