package dev.scrip.ledger;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.ledger.DurableHold.State;
import dev.scrip.money.Money;
import dev.scrip.postgres.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Durable holds and their parts. */
final class HoldStore {

    private static final String COLUMNS =
            """
            organization_id, hold_id, project_id, api_key_id, member_id, end_user, model, note,
            amount, captured, released, state, held_at, expires_at, on_expiry, ended_at
            """;

    void insert(Handle tx, DurableHold hold) {
        Payer payer = hold.payer();
        tx.createUpdate(
                        """
                        INSERT INTO durable_hold (organization_id, hold_id, project_id, api_key_id,
                            member_id, end_user, model, note, amount, held_at, expires_at,
                            on_expiry)
                        VALUES (:organization, :hold, :project, :key, :member, :endUser, :model,
                            :note, :amount, :heldAt, :expiresAt, :onExpiry)
                        """)
                .bind("organization", payer.organizationId())
                .bind("hold", hold.holdId())
                .bind("project", payer.projectId())
                .bind("key", payer.apiKeyId())
                .bind("member", payer.memberId())
                .bind("endUser", BudgetStore.endUser(payer))
                .bind("model", hold.model())
                .bind("note", hold.note())
                .bind("amount", hold.amount().nanos())
                .bind("heldAt", hold.heldAt())
                .bind("expiresAt", hold.expiresAt())
                .bind("onExpiry", hold.onExpiry().name())
                .execute();
    }

    /** Adds what a hold has of pools. */
    void insertParts(Handle tx, DurableHold hold, Collection<HoldPart> parts) {
        if (parts.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        """
                        INSERT INTO hold_part (organization_id, hold_id, part, pool_id, credit,
                            amount, held_at)
                        SELECT :organization, :hold, * FROM unnest(:parts::bigint[],
                            :pools::bigint[], :credit::boolean[], :amounts::bigint[],
                            :times::timestamptz[])
                        """)
                .bind("organization", hold.organizationId())
                .bind("hold", hold.holdId())
                .bind("parts", SqlColumns.longs(parts, HoldPart::part))
                .bind("pools", SqlColumns.longs(parts, HoldPart::poolId))
                .bind("credit", SqlColumns.booleans(parts, HoldPart::credit))
                .bind("amounts", SqlColumns.longs(parts, part -> part.amount().nanos()))
                .bind("times", SqlColumns.times(parts, HoldPart::heldAt))
                .execute();
    }

    Optional<DurableHold> find(Handle tx, long organizationId, long holdId) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM durable_hold
                                WHERE organization_id = :organization AND hold_id = :hold
                                """)
                .bind("organization", organizationId)
                .bind("hold", holdId)
                .map((row, context) -> hold(row))
                .findOne();
    }

    /** The newest first. */
    List<DurableHold> page(Handle tx, long organizationId, long beforeHoldId, int limit) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM durable_hold
                                WHERE organization_id = :organization AND hold_id < :before
                                ORDER BY hold_id DESC LIMIT :limit
                                """)
                .bind("organization", organizationId)
                .bind("before", beforeHoldId)
                .bind("limit", limit)
                .map((row, context) -> hold(row))
                .list();
    }

    private static DurableHold hold(ResultSet row) throws SQLException {
        return new DurableHold(
                new Payer(
                        row.getLong("organization_id"),
                        row.getLong("project_id"),
                        row.getLong("api_key_id"),
                        row.getLong("member_id"),
                        row.getString("end_user")),
                row.getLong("hold_id"),
                row.getString("model"),
                row.getString("note"),
                Money.ofNanos(row.getLong("amount")),
                Money.ofNanos(row.getLong("captured")),
                Money.ofNanos(row.getLong("released")),
                State.valueOf(row.getString("state")),
                SqlColumns.time(row, "held_at"),
                SqlColumns.time(row, "expires_at"),
                OnExpiry.valueOf(row.getString("on_expiry")),
                SqlColumns.timeOrNull(row, "ended_at"));
    }

    /** The parts of some open holds, each hold's in the order they are used. */
    Map<Long, List<HoldPart>> parts(
            Handle tx, Collection<Long> organizations, Collection<Long> holds) {
        Map<Long, List<HoldPart>> parts = new TreeMap<>();
        tx.createQuery(
                        """
                        SELECT hold_id, part, pool_id, credit, amount, pinned, held_at
                        FROM hold_part
                        WHERE organization_id = ANY(:organizations) AND hold_id = ANY(:holds)
                            AND NOT closed
                        ORDER BY hold_id, part
                        """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("holds", SqlColumns.longs(holds))
                .map((row, context) -> Map.entry(row.getLong("hold_id"), part(row)))
                .forEach(
                        of ->
                                parts.computeIfAbsent(of.getKey(), key -> new ArrayList<>())
                                        .add(of.getValue()));
        return parts;
    }

    private static HoldPart part(ResultSet row) throws SQLException {
        return new HoldPart(
                row.getInt("part"),
                row.getLong("pool_id"),
                row.getBoolean("credit"),
                Money.ofNanos(row.getLong("amount")),
                Money.ofNanos(row.getLong("pinned")),
                SqlColumns.time(row, "held_at"));
    }

    /** Organizations with holds whose time is over, the longest due first. */
    List<Long> due(Handle tx, Instant at, int limit) {
        return tx
                .createQuery(
                        """
                        SELECT organization_id FROM durable_hold
                        WHERE state = 'OPEN' AND expires_at <= :at
                        ORDER BY expires_at LIMIT :limit
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .mapTo(Long.class)
                .list()
                .stream()
                .distinct()
                .toList();
    }

    /** The open holds of some organizations whose time is over. */
    List<DurableHold> expired(Handle tx, Collection<Long> organizations, Instant at, int limit) {
        return tx.createQuery(
                        "SELECT "
                                + COLUMNS
                                + """
                                FROM durable_hold
                                WHERE organization_id = ANY(:organizations) AND state = 'OPEN'
                                    AND expires_at <= :at
                                ORDER BY expires_at, organization_id, hold_id LIMIT :limit
                                """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("at", at)
                .bind("limit", limit)
                .map((row, context) -> hold(row))
                .list();
    }

    /** Marks all that open holds have of some credit pools as pinned. */
    void pin(Handle tx, Collection<PoolId> pools) {
        tx.createUpdate(
                        """
                        UPDATE hold_part SET pinned = amount
                        FROM unnest(:ids::bigint[], :pools::bigint[]) AS n (organization_id, pool_id)
                        WHERE hold_part.organization_id = n.organization_id
                            AND hold_part.pool_id = n.pool_id AND NOT closed
                            AND hold_part.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(pools, PoolId::organizationId))
                .bind("pools", SqlColumns.longs(pools, PoolId::poolId))
                .execute();
    }

    /** Writes a hold that has more than before, or lasts longer. */
    void extend(Handle tx, DurableHold hold) {
        tx.createUpdate(
                        """
                        UPDATE durable_hold SET amount = :amount, expires_at = :expiresAt
                        WHERE organization_id = :organization AND hold_id = :hold
                        """)
                .bind("amount", hold.amount().nanos())
                .bind("expiresAt", hold.expiresAt())
                .bind("organization", hold.organizationId())
                .bind("hold", hold.holdId())
                .execute();
    }

    /** Writes a hold that has ended, and the entry that charged it; 0: none did. */
    void end(Handle tx, DurableHold hold, long entryId) {
        tx.createUpdate(
                        """
                        UPDATE durable_hold SET amount = :amount, captured = :captured,
                            released = :released, state = :state, ended_at = :endedAt,
                            entry_id = :entry
                        WHERE organization_id = :organization AND hold_id = :hold
                        """)
                .bind("amount", hold.amount().nanos())
                .bind("captured", hold.captured().nanos())
                .bind("released", hold.released().nanos())
                .bind("state", hold.state().name())
                .bind("entry", entryId)
                .bind("endedAt", hold.endedAt())
                .bind("organization", hold.organizationId())
                .bind("hold", hold.holdId())
                .execute();
        tx.createUpdate(
                        """
                        UPDATE hold_part SET closed = true, pinned = 0
                        WHERE organization_id = :organization AND hold_id = :hold
                        """)
                .bind("organization", hold.organizationId())
                .bind("hold", hold.holdId())
                .execute();
    }
}
