package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Incarnations, their leases, and the record of their last message in each lane. */
final class LeaseStore {

    private static final Prepared LOCK_LANE =
            Prepared.of(
                    """
                        SELECT number, request_hash, reply, buried FROM exchange_record
                        WHERE lane = :lane AND incarnation_id = :incarnation FOR UPDATE
                        """);

    private static final Prepared SAVE_LANE =
            Prepared.of(
                    """
                        UPDATE exchange_record
                        SET number = :number, request_hash = :hash, reply = :reply
                        WHERE lane = :lane AND incarnation_id = :incarnation
                        """);

    private static final Prepared WALLET_LEASES =
            Prepared.of(
                    """
                        SELECT organization_id, pool_id, granted, spent, returned, reclaimed,
                            pinned, pinned_granted, closed
                        FROM lease
                        WHERE organization_id = ANY(:organizations) AND pool_id = 0
                            AND incarnation_id = :incarnation
                        """);

    private static final Prepared LEASES =
            Prepared.of(
                    """
                        SELECT organization_id, pool_id, granted, spent, returned, reclaimed,
                            pinned, pinned_granted, closed
                        FROM lease
                        WHERE organization_id = ANY(:organizations) AND pool_id = ANY(:pools)
                            AND incarnation_id = :incarnation
                        """);

    private static final Prepared SAVE =
            Prepared.of(
                    """
                        INSERT INTO lease (organization_id, pool_id, incarnation_id, granted, spent,
                            returned, reclaimed, pinned, closed)
                        SELECT n.organization_id, n.pool_id, :incarnation, n.granted, n.spent,
                            n.returned, n.reclaimed, n.pinned, n.closed
                        FROM unnest(:ids::bigint[], :pools::bigint[], :granted::bigint[],
                                :spent::bigint[], :returned::bigint[], :reclaimed::bigint[],
                                :pinned::bigint[], :closed::boolean[])
                            AS n (organization_id, pool_id, granted, spent, returned, reclaimed,
                                pinned, closed)
                        ON CONFLICT (organization_id, pool_id, incarnation_id) DO UPDATE
                            SET granted = EXCLUDED.granted, spent = EXCLUDED.spent,
                                returned = EXCLUDED.returned, reclaimed = EXCLUDED.reclaimed,
                                pinned = EXCLUDED.pinned, closed = EXCLUDED.closed
                        """);

    private static final Prepared ELSEWHERE =
            Prepared.of(
                    """
                        SELECT l.organization_id, l.pool_id,
                            coalesce(sum(l.granted - l.spent - l.returned - l.reclaimed)
                                FILTER (WHERE i.seen_at >= :since AND i.state = 'LIVE'), 0)::bigint
                        FROM unnest(:ids::bigint[], :pools::bigint[])
                                AS n (organization_id, pool_id)
                            JOIN lease AS l ON l.organization_id = n.organization_id
                                AND l.pool_id = n.pool_id
                            JOIN incarnation AS i ON i.incarnation_id = l.incarnation_id
                        WHERE l.organization_id = ANY(:organizations) AND NOT l.closed
                            AND l.incarnation_id <> :incarnation
                        GROUP BY l.organization_id, l.pool_id
                        """);

    private static final Prepared CONFIRMED =
            Prepared.of(
                    """
                        SELECT lane, number FROM exchange_record
                        WHERE lane = ANY(:lanes) AND incarnation_id = :incarnation
                        """);

    private static final Prepared COUNT_SEEN =
            Prepared.of(
                    """
                        SELECT count(*) FROM incarnation WHERE state = 'LIVE' AND seen_at >= :since
                        """);

    /**
     * The last message of an incarnation in a lane.
     *
     * @param buried its leases in this lane were closed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    record LaneRecord(
            long number, byte @Nullable [] requestHash, byte @Nullable [] reply, boolean buried) {}

    void enlist(Handle tx, UUID incarnationId, String node, Instant at) {
        tx.createUpdate(
                        """
                        INSERT INTO incarnation (incarnation_id, node, enlisted_at, seen_at)
                        VALUES (:incarnation, :node, :at, :at)
                        """)
                .bind("incarnation", incarnationId)
                .bind("node", node)
                .bind("at", at)
                .execute();
        tx.createUpdate(
                        """
                        INSERT INTO exchange_record (lane, incarnation_id)
                        SELECT lane, :incarnation FROM generate_series(0, :last) AS lane
                        """)
                .bind("incarnation", incarnationId)
                .bind("last", Lanes.COUNT - 1)
                .execute();
    }

    List<UUID> living(Handle tx, String node) {
        return tx.createQuery(
                        """
                        SELECT incarnation_id FROM incarnation
                        WHERE node = :node AND state <> 'DEAD' ORDER BY enlisted_at, incarnation_id
                        """)
                .bind("node", node)
                .mapTo(UUID.class)
                .list();
    }

    boolean isBuried(Handle tx, UUID incarnationId) {
        return tx.createQuery(
                        """
                        SELECT NOT EXISTS (SELECT FROM incarnation
                            WHERE incarnation_id = :incarnation AND state <> 'DEAD')
                        """)
                .bind("incarnation", incarnationId)
                .mapTo(Boolean.class)
                .one();
    }

    List<Incarnation> incarnations(Handle tx) {
        return tx.createQuery(
                        """
                        SELECT i.incarnation_id, i.node, i.enlisted_at, i.seen_at, i.state, i.proof,
                            coalesce(l.outstanding, 0)::bigint AS outstanding,
                            coalesce(l.organizations, 0) AS organizations
                        FROM incarnation AS i LEFT JOIN
                            (SELECT incarnation_id, count(DISTINCT organization_id) AS organizations,
                                sum(granted - spent - returned - reclaimed) AS outstanding
                             FROM lease JOIN pool USING (organization_id, pool_id)
                             WHERE kind <> 'BUDGET' AND NOT lease.closed
                                AND granted > spent + returned + reclaimed
                             GROUP BY incarnation_id) AS l USING (incarnation_id)
                        ORDER BY i.enlisted_at, i.incarnation_id
                        """)
                .map(
                        (row, context) ->
                                new Incarnation(
                                        row.getObject("incarnation_id", UUID.class),
                                        row.getString("node"),
                                        SqlColumns.time(row, "enlisted_at"),
                                        SqlColumns.time(row, "seen_at"),
                                        Incarnation.State.valueOf(row.getString("state")),
                                        Optional.ofNullable(row.getString("proof")),
                                        Money.ofNanos(row.getLong("outstanding")),
                                        row.getLong("organizations")))
                .list();
    }

    /** Notes that an incarnation was heard of; nothing about its money depends on it. */
    void seen(Handle tx, UUID incarnationId, Instant at) {
        tx.createUpdate(
                        """
                        UPDATE incarnation SET seen_at = :at
                        WHERE incarnation_id = :incarnation AND state = 'LIVE' AND seen_at < :at
                        """)
                .bind("incarnation", incarnationId)
                .bind("at", at)
                .execute();
    }

    /** The number of the last message of an incarnation in each lane; empty: it is not known. */
    Map<Integer, Long> confirmed(Handle tx, UUID incarnationId) {
        Map<Integer, Long> confirmed = new TreeMap<>();
        CONFIRMED
                .on(tx)
                .bind("lanes", SqlColumns.array(IntStream.range(0, Lanes.COUNT).toArray()))
                .bind("incarnation", incarnationId)
                .list(row -> Map.entry(row.getInt("lane"), row.getLong("number")))
                .forEach(lane -> confirmed.put(lane.getKey(), lane.getValue()));
        return confirmed;
    }

    /**
     * What incarnations other than one, heard of since a moment, have of some pools: of each pool
     * that any other one has a lease of.
     */
    Map<PoolId, Money> elsewhere(
            Handle tx, UUID incarnationId, Collection<PoolId> pools, Instant since) {
        Map<PoolId, Money> elsewhere = new TreeMap<>();
        ELSEWHERE
                .on(tx)
                .bind("organizations", SqlColumns.longs(pools, PoolId::organizationId))
                .bind("ids", SqlColumns.longs(pools, PoolId::organizationId))
                .bind("pools", SqlColumns.longs(pools, PoolId::poolId))
                .bind("incarnation", incarnationId)
                .bind("since", since)
                .list(
                        row ->
                                Map.entry(
                                        new PoolId(row.getLong(1), row.getLong(2)),
                                        Money.ofNanos(row.getLong(3))))
                .forEach(pool -> elsewhere.put(pool.getKey(), pool.getValue()));
        return elsewhere;
    }

    /** How many incarnations were heard of since a moment. */
    Together.Rows<Long> countSeen(Together reads, Instant since) {
        return reads.read(COUNT_SEEN.on(reads.tx()).bind("since", since), row -> row.getLong(1));
    }

    /** What processes that were not heard of since a moment have of an organization's credit. */
    Money unseen(Handle tx, long organizationId, Instant since) {
        return tx.createQuery(
                        """
                        SELECT coalesce(sum(granted - spent - returned - reclaimed), 0)::bigint
                        FROM lease JOIN incarnation USING (incarnation_id) JOIN pool
                            ON pool.organization_id = lease.organization_id
                                AND pool.pool_id = lease.pool_id AND pool.kind <> 'BUDGET'
                        WHERE lease.organization_id = :organization AND NOT lease.closed
                            AND incarnation.seen_at < :since
                        """)
                .bind("organization", organizationId)
                .bind("since", since)
                .mapTo(Long.class)
                .findOne()
                .map(Money::ofNanos)
                .orElse(Money.ZERO);
    }

    /** Notes the proof; from now on the incarnation can only become dead. */
    boolean beginBurial(Handle tx, UUID incarnationId, String proof) {
        return tx.createUpdate(
                                """
                                UPDATE incarnation
                                SET state = CASE state WHEN 'LIVE' THEN 'BURYING' ELSE state END,
                                    proof = coalesce(proof, :proof)
                                WHERE incarnation_id = :incarnation
                                """)
                        .bind("incarnation", incarnationId)
                        .bind("proof", proof)
                        .execute()
                == 1;
    }

    void endBurial(Handle tx, UUID incarnationId) {
        tx.createUpdate(
                        """
                        UPDATE incarnation SET state = 'DEAD' WHERE incarnation_id = :incarnation
                        """)
                .bind("incarnation", incarnationId)
                .execute();
    }

    /** Waits for the incarnation's exchange under way in this lane and keeps others out. */
    Optional<LaneRecord> lockLane(Handle tx, UUID incarnationId, int lane) {
        Together lock = Together.of(tx);
        Together.Rows<LaneRecord> found = lockLane(lock, incarnationId, lane);
        lock.run();
        return found.all().stream().findFirst();
    }

    /** The statement that does so. */
    Together.Rows<LaneRecord> lockLane(Together reads, UUID incarnationId, int lane) {
        return reads.read(
                LOCK_LANE.on(reads.tx()).bind("lane", lane).bind("incarnation", incarnationId),
                row ->
                        new LaneRecord(
                                row.getLong("number"),
                                row.getBytes("request_hash"),
                                row.getBytes("reply"),
                                row.getBoolean("buried")));
    }

    void saveLane(Together writes, Exchange exchange, byte[] hash, byte[] reply) {
        writes.write(
                SAVE_LANE
                        .on(writes.tx())
                        .bind("number", exchange.number())
                        .bind("hash", hash)
                        .bind("reply", reply)
                        .bind("lane", exchange.lane())
                        .bind("incarnation", exchange.incarnationId()));
    }

    void buryLane(Handle tx, UUID incarnationId, int lane) {
        tx.createUpdate(
                        """
                        UPDATE exchange_record SET buried = true
                        WHERE lane = :lane AND incarnation_id = :incarnation
                        """)
                .bind("lane", lane)
                .bind("incarnation", incarnationId)
                .execute();
    }

    /** The organizations that an incarnation has open leases of. */
    List<Long> organizations(Handle tx, UUID incarnationId) {
        return tx.createQuery(
                        """
                        SELECT DISTINCT organization_id FROM lease
                        WHERE incarnation_id = :incarnation AND NOT closed ORDER BY organization_id
                        """)
                .bind("incarnation", incarnationId)
                .mapTo(Long.class)
                .list();
    }

    /** Reads what an incarnation has of some wallets' general credit. */
    Together.Rows<Lease> walletLeases(
            Together reads, UUID incarnationId, Collection<Long> organizations) {
        return reads.read(
                WALLET_LEASES
                        .on(reads.tx())
                        .bind("organizations", SqlColumns.longs(organizations))
                        .bind("incarnation", incarnationId),
                LeaseStore::lease);
    }

    /** Reads what an incarnation has of other pools. */
    Together.Rows<Lease> leases(Together reads, UUID incarnationId, Collection<PoolId> pools) {
        return reads.read(
                LEASES.on(reads.tx())
                        .bind("organizations", SqlColumns.longs(pools, PoolId::organizationId))
                        .bind("pools", SqlColumns.longs(pools, PoolId::poolId))
                        .bind("incarnation", incarnationId),
                LeaseStore::lease);
    }

    Map<PoolId, Lease> openLeases(Handle tx, UUID incarnationId, Collection<Long> organizations) {
        Map<PoolId, Lease> leases = new TreeMap<>();
        tx.createQuery(
                        """
                        SELECT organization_id, pool_id, granted, spent, returned, reclaimed,
                            pinned, pinned_granted, closed
                        FROM lease
                        WHERE organization_id = ANY(:organizations)
                            AND incarnation_id = :incarnation AND NOT closed
                        """)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("incarnation", incarnationId)
                .map((row, context) -> lease(row))
                .forEach(lease -> leases.put(lease.pool, lease));
        return leases;
    }

    private static Lease lease(ResultSet row) throws SQLException {
        return new Lease(
                new PoolId(row.getLong("organization_id"), row.getLong("pool_id")),
                new Lease.Counters(
                        Money.ofNanos(row.getLong("granted")),
                        Money.ofNanos(row.getLong("spent")),
                        Money.ofNanos(row.getLong("returned")),
                        Money.ofNanos(row.getLong("reclaimed"))),
                new Lease.Pin(
                        Money.ofNanos(row.getLong("pinned")),
                        Money.ofNanos(row.getLong("pinned_granted"))),
                row.getBoolean("closed"));
    }

    /** Marks all that is outstanding on the leases of some pools, of every process, as pinned. */
    void pin(Handle tx, Collection<PoolId> pools) {
        tx.createUpdate(
                        """
                        UPDATE lease
                        SET pinned = granted - spent - returned - reclaimed,
                            pinned_granted = granted
                        FROM unnest(:ids::bigint[], :pools::bigint[]) AS n (organization_id, pool_id)
                        WHERE lease.organization_id = n.organization_id
                            AND lease.pool_id = n.pool_id AND NOT closed
                            AND lease.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(pools, PoolId::organizationId))
                .bind("pools", SqlColumns.longs(pools, PoolId::poolId))
                .execute();
    }

    void save(Together writes, UUID incarnationId, Collection<Lease> leases) {
        List<Lease> changed = leases.stream().filter(Lease::changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        writes.write(
                SAVE.on(writes.tx())
                        .bind("incarnation", incarnationId)
                        .bind(
                                "ids",
                                SqlColumns.longs(changed, lease -> lease.pool.organizationId()))
                        .bind("pools", SqlColumns.longs(changed, lease -> lease.pool.poolId()))
                        .bind(
                                "granted",
                                SqlColumns.longs(changed, lease -> lease.granted().nanos()))
                        .bind("spent", SqlColumns.longs(changed, lease -> lease.spent().nanos()))
                        .bind(
                                "returned",
                                SqlColumns.longs(changed, lease -> lease.returned().nanos()))
                        .bind(
                                "reclaimed",
                                SqlColumns.longs(changed, lease -> lease.reclaimed().nanos()))
                        .bind("pinned", SqlColumns.longs(changed, lease -> lease.pinned().nanos()))
                        .bind("closed", SqlColumns.booleans(changed, Lease::closed)));
    }
}
