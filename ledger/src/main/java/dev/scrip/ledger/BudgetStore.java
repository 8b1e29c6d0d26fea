package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Limits, the pools of hard ones, and what was spent in each month. */
final class BudgetStore {

    /** Spending of one organization in one month. */
    record Spent(long organizationId, int month, Money amount) {}

    /** A soft limit beside the month's spending after a settlement. */
    record Watched(long organizationId, int month, Money spent, Money limit) {}

    /** A hard limit and its pool in the month asked for; null: not made yet. */
    record HardLimit(Money amount, @Nullable PoolId pool) {}

    static PoolRow pool(ResultSet row) throws SQLException {
        return new PoolRow(
                new PoolRow.Fixed(
                        new PoolId(row.getLong("organization_id"), row.getLong("pool_id")),
                        Pool.Kind.valueOf(row.getString("kind")),
                        SqlColumns.time(row, "period_starts_at"),
                        SqlColumns.timeOrNull(row, "period_ends_at"),
                        Money.ofNanos(row.getLong("limit_amount")),
                        row.getBoolean("frozen"),
                        row.getBoolean("closed")),
                Money.ofNanos(row.getLong("funded")),
                Money.ofNanos(row.getLong("leased")),
                Money.ofNanos(row.getLong("held")),
                row.getBoolean("told"));
    }

    /** The budget pools whose period ends after a moment, and those named. */
    Map<PoolId, PoolRow> pools(
            Handle tx, Collection<Long> organizations, Instant earliest, Collection<Long> named) {
        Map<PoolId, PoolRow> pools = new TreeMap<>();
        tx.createQuery(
                        """
                        SELECT organization_id, pool_id, kind, period_starts_at, period_ends_at,
                            limit_amount, funded, leased, held, frozen, told, closed
                        FROM pool
                        WHERE organization_id = ANY(:organizations) AND kind = 'BUDGET'
                            AND (period_ends_at IS NULL OR period_ends_at > :earliest
                                OR pool_id = ANY(:named))
                        """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("earliest", earliest)
                .bind("named", SqlColumns.longs(named))
                .map((row, context) -> pool(row))
                .forEach(pool -> pools.put(pool.id, pool));
        return pools;
    }

    void save(Handle tx, Collection<PoolRow> pools) {
        List<PoolRow> changed = pools.stream().filter(PoolRow::changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        """
                        UPDATE pool SET funded = n.funded, leased = n.leased, told = n.told
                        FROM unnest(:ids::bigint[], :pools::bigint[], :funded::bigint[],
                                :leased::bigint[], :told::boolean[])
                            AS n (organization_id, pool_id, funded, leased, told)
                        WHERE pool.organization_id = n.organization_id
                            AND pool.pool_id = n.pool_id AND pool.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(changed, pool -> pool.id.organizationId()))
                .bind("pools", SqlColumns.longs(changed, pool -> pool.id.poolId()))
                .bind("funded", SqlColumns.longs(changed, pool -> pool.funded().nanos()))
                .bind("leased", SqlColumns.longs(changed, pool -> pool.leased().nanos()))
                .bind("told", SqlColumns.booleans(changed, PoolRow::told))
                .execute();
    }

    /** Adds to the months' spending; answers the soft limits of the organizations concerned. */
    List<Watched> addSpending(Handle tx, Collection<Spent> added) {
        return tx.createQuery(
                        """
                        WITH added AS (
                            INSERT INTO spending AS s (organization_id, month, spent)
                            SELECT * FROM unnest(:ids::bigint[], :months::bigint[],
                                :amounts::bigint[])
                            ON CONFLICT (organization_id, month)
                                DO UPDATE SET spent = s.spent + EXCLUDED.spent
                            RETURNING organization_id, month, spent)
                        SELECT added.organization_id, month, spent, amount
                        FROM added JOIN budget ON budget.organization_id = added.organization_id
                        WHERE budget.organization_id = ANY(:ids) AND limit_kind = 'SOFT'
                            AND scope_kind = 'ORGANIZATION' AND period_kind = 'MONTH'
                        """)
                .bind("ids", SqlColumns.longs(added, Spent::organizationId))
                .bind("months", SqlColumns.longs(added, Spent::month))
                .bind("amounts", SqlColumns.longs(added, spent -> spent.amount().nanos()))
                .map(
                        (row, context) ->
                                new Watched(
                                        row.getLong("organization_id"),
                                        row.getInt("month"),
                                        Money.ofNanos(row.getLong("spent")),
                                        Money.ofNanos(row.getLong("amount"))))
                .list();
    }

    Money spent(Handle tx, long organizationId, YearMonth month) {
        return tx.createQuery(
                        """
                        SELECT spent FROM spending
                        WHERE organization_id = :organization AND month = :month
                        """)
                .bind("organization", organizationId)
                .bind("month", Months.number(month))
                .mapTo(Long.class)
                .findOne()
                .map(Money::ofNanos)
                .orElse(Money.ZERO);
    }

    Optional<Money> limit(Handle tx, long organizationId, LimitKind kind) {
        return tx.createQuery(
                        """
                        SELECT amount FROM budget
                        WHERE organization_id = :organization AND scope_kind = 'ORGANIZATION'
                            AND scope_id = :organization AND period_kind = 'MONTH'
                            AND limit_kind = :kind
                        """)
                .bind("organization", organizationId)
                .bind("kind", kind.name())
                .mapTo(Long.class)
                .findOne()
                .map(Money::ofNanos);
    }

    void setLimit(Handle tx, Limit limit) {
        tx.createUpdate(
                        """
                        INSERT INTO budget (organization_id, scope_kind, scope_id, period_kind,
                            limit_kind, amount)
                        VALUES (:organization, 'ORGANIZATION', :organization, 'MONTH', :kind,
                            :amount)
                        ON CONFLICT (organization_id, scope_kind, scope_id, period_kind, limit_kind)
                            DO UPDATE SET amount = EXCLUDED.amount
                        """)
                .bind("organization", limit.organizationId())
                .bind("kind", limit.kind().name())
                .bind("amount", limit.amount().nanos())
                .execute();
    }

    void removeLimit(Handle tx, long organizationId, LimitKind kind) {
        tx.createUpdate(
                        """
                        DELETE FROM budget
                        WHERE organization_id = :organization AND scope_kind = 'ORGANIZATION'
                            AND scope_id = :organization AND period_kind = 'MONTH'
                            AND limit_kind = :kind
                        """)
                .bind("organization", organizationId)
                .bind("kind", kind.name())
                .execute();
    }

    /**
     * Closes the pools from this month on; their figures are kept up, in case the limit comes back.
     */
    void closePools(Handle tx, long organizationId, YearMonth month) {
        tx.createUpdate(
                        """
                        UPDATE pool SET closed = true
                        WHERE organization_id = :organization AND kind = 'BUDGET'
                            AND scope_kind = 'ORGANIZATION' AND scope_id = :organization
                            AND period_kind = 'MONTH' AND period_starts_at >= :start
                        """)
                .bind("organization", organizationId)
                .bind("start", Months.start(month))
                .execute();
    }

    /** Makes the month's pool if there is none. The wallet's lock must be held. */
    void makePool(Handle tx, long organizationId, YearMonth month, Money limit) {
        tx.createUpdate(
                        """
                        INSERT INTO pool (organization_id, pool_id, kind, scope_kind, scope_id,
                            period_kind, period_starts_at, period_ends_at, limit_amount, funded)
                        VALUES (:organization, :pool, 'BUDGET', 'ORGANIZATION', :organization,
                            'MONTH', :start, :end, :limit, :funded)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("organization", organizationId)
                .bind("pool", Ids.next())
                .bind("start", Months.start(month))
                .bind("end", Months.end(month))
                .bind("limit", limit.nanos())
                .bind("funded", limit.minus(spent(tx, organizationId, month)).nanos())
                .execute();
    }

    /** Lets the pools from this month on follow the limit, the closed ones too. */
    void followLimit(Handle tx, long organizationId, YearMonth month, Money limit) {
        tx.createUpdate(
                        """
                        UPDATE pool SET funded = funded + :limit - limit_amount,
                            told = told AND NOT closed AND :limit <= limit_amount,
                            limit_amount = :limit, closed = false
                        WHERE organization_id = :organization AND kind = 'BUDGET'
                            AND scope_kind = 'ORGANIZATION' AND scope_id = :organization
                            AND period_kind = 'MONTH' AND period_starts_at >= :start
                        """)
                .bind("organization", organizationId)
                .bind("start", Months.start(month))
                .bind("limit", limit.nanos())
                .execute();
    }

    Optional<HardLimit> hardLimit(Handle tx, long organizationId, YearMonth month) {
        return tx.createQuery(
                        """
                        SELECT budget.amount, pool.pool_id
                        FROM budget LEFT JOIN pool ON pool.organization_id = budget.organization_id
                            AND pool.kind = 'BUDGET' AND pool.scope_kind = budget.scope_kind
                            AND pool.scope_id = budget.scope_id
                            AND pool.period_kind = budget.period_kind
                            AND pool.period_starts_at = :start AND NOT pool.closed
                        WHERE budget.organization_id = :organization
                            AND budget.scope_kind = 'ORGANIZATION'
                            AND budget.scope_id = :organization
                            AND budget.period_kind = 'MONTH' AND budget.limit_kind = 'HARD'
                        """)
                .bind("organization", organizationId)
                .bind("start", Months.start(month))
                .map((row, context) -> hardLimit(row, organizationId))
                .findOne();
    }

    private static HardLimit hardLimit(ResultSet row, long organizationId) throws SQLException {
        long pool = row.getLong("pool_id");
        PoolId id = row.wasNull() ? null : new PoolId(organizationId, pool);
        return new HardLimit(Money.ofNanos(row.getLong("amount")), id);
    }
}
