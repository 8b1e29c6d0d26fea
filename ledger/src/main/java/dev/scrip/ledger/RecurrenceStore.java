package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Recurring credit. */
final class RecurrenceStore {

    private static final String COLUMNS =
            """
            organization_id, recurrence_id, recurrence_key, period, amount, priority, carries_over,
            models, projects, note, next_at, ends_at
            """;

    List<Recurrence> all(Handle tx, long organizationId) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM recurrence WHERE organization_id = :organization
                                ORDER BY next_at IS NULL, recurrence_id
                                """)
                .bind("organization", organizationId)
                .map((row, context) -> recurrence(row))
                .list();
    }

    Optional<Recurrence> ofKey(Handle tx, long organizationId, String key) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM recurrence
                                WHERE organization_id = :organization AND recurrence_key = :key
                                """)
                .bind("organization", organizationId)
                .bind("key", key)
                .map((row, context) -> recurrence(row))
                .findOne();
    }

    Optional<Recurrence> find(Handle tx, long organizationId, long recurrenceId) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM recurrence
                                WHERE organization_id = :organization
                                    AND recurrence_id = :recurrence
                                """)
                .bind("organization", organizationId)
                .bind("recurrence", recurrenceId)
                .map((row, context) -> recurrence(row))
                .findOne();
    }

    /** Those whose next credit takes effect before a moment, the earliest first. */
    List<Recurrence> due(Handle tx, Instant before, int limit) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM recurrence WHERE next_at < :before
                                ORDER BY next_at, organization_id LIMIT :limit
                                """)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> recurrence(row))
                .list();
    }

    void insert(Handle tx, Recurrence recurrence) {
        tx.createUpdate(
                        """
                        INSERT INTO recurrence (organization_id, recurrence_id, recurrence_key,
                            period, amount, priority, carries_over, models, projects, note, next_at,
                            ends_at)
                        VALUES (:organization, :recurrence, :key, :period, :amount, :priority,
                            :carriesOver, :models, :projects, :note, :nextAt, :endsAt)
                        """)
                .bind("organization", recurrence.organizationId())
                .bind("recurrence", recurrence.recurrenceId())
                .bind("key", recurrence.key())
                .bind("period", recurrence.period().name())
                .bind("amount", recurrence.amount().nanos())
                .bind("priority", recurrence.priority())
                .bind("carriesOver", recurrence.carriesOver())
                .bind("models", SqlColumns.texts(recurrence.scope().models(), model -> model))
                .bind("projects", SqlColumns.longs(recurrence.scope().projects()))
                .bind("note", recurrence.note())
                .bind("nextAt", recurrence.nextAt())
                .bind("endsAt", recurrence.endsAt())
                .execute();
    }

    void moveOn(Handle tx, Recurrence recurrence, @Nullable Instant nextAt) {
        tx.createUpdate(
                        """
                        UPDATE recurrence SET next_at = :nextAt
                        WHERE organization_id = :organization AND recurrence_id = :recurrence
                        """)
                .bind("organization", recurrence.organizationId())
                .bind("recurrence", recurrence.recurrenceId())
                .bind("nextAt", nextAt)
                .execute();
    }

    /** The grants of a recurrence that have not taken effect yet. */
    List<Long> scheduled(Handle tx, Recurrence recurrence) {
        return tx.createQuery(
                        """
                        SELECT grant_id FROM credit_grant
                        WHERE organization_id = :organization AND state = 'SCHEDULED'
                            AND starts_with(grant_key, :prefix)
                        """)
                .bind("organization", recurrence.organizationId())
                .bind("prefix", recurrence.keyPrefix())
                .mapTo(Long.class)
                .list();
    }

    private static Recurrence recurrence(ResultSet row) throws SQLException {
        return new Recurrence(
                row.getLong("organization_id"),
                row.getLong("recurrence_id"),
                row.getString("recurrence_key"),
                BudgetPeriod.valueOf(row.getString("period")),
                Money.ofNanos(row.getLong("amount")),
                row.getInt("priority"),
                PoolStore.scope(row),
                row.getBoolean("carries_over"),
                SqlColumns.timeOrNull(row, "next_at"),
                SqlColumns.timeOrNull(row, "ends_at"),
                row.getString("note"));
    }
}
