package dev.scrip.organizations;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/** The SQL of the buckets that processes share. */
final class RateLevelStore {

    private RateLevelStore() {}

    /**
     * Books what was taken, and tells when each bucket is full again.
     *
     * @param slips in the order of their keys, in which every process locks the rows
     */
    static Map<Meter.Key, Long> book(Handle tx, List<Meter.Slip> slips) {
        return tx.createQuery(
                        """
                        INSERT INTO rate_limit_level AS level
                            (organization_id, rate_limit_id, unit, full_at_nanos, booked_nanos)
                        SELECT * FROM unnest(:organizationIds, :limitIds, :units, :fullAt, :costs)
                        ON CONFLICT (organization_id, rate_limit_id, unit) DO UPDATE
                           SET full_at_nanos =
                                   GREATEST(level.full_at_nanos + excluded.booked_nanos,
                                            excluded.full_at_nanos),
                               booked_nanos = excluded.booked_nanos
                        RETURNING organization_id, rate_limit_id, unit, full_at_nanos
                        """)
                .bindArray(
                        "organizationIds",
                        Long.class,
                        slips.stream().map(slip -> slip.meter().key.organizationId()).toList())
                .bindArray(
                        "limitIds",
                        Long.class,
                        slips.stream().map(slip -> slip.meter().key.limitId()).toList())
                .bindArray(
                        "units",
                        String.class,
                        slips.stream().map(slip -> slip.meter().key.unit().name()).toList())
                .bindArray("fullAt", Long.class, slips.stream().map(Meter.Slip::floor).toList())
                .bindArray("costs", Long.class, slips.stream().map(Meter.Slip::cost).toList())
                .reduceRows(new HashMap<>(), RateLevelStore::add);
    }

    /** When buckets are full again; one that was never used is absent. */
    static Map<Meter.Key, Long> levels(Handle handle, List<Meter.Key> keys) {
        return handle.createQuery(
                        """
                        SELECT organization_id, rate_limit_id, unit, full_at_nanos
                          FROM rate_limit_level
                         WHERE organization_id = ANY(:organizationIds)
                           AND (organization_id, rate_limit_id, unit) IN
                               (SELECT * FROM unnest(:organizationIds, :limitIds, :units))
                        """)
                .bindArray(
                        "organizationIds",
                        Long.class,
                        keys.stream().map(Meter.Key::organizationId).toList())
                .bindArray("limitIds", Long.class, keys.stream().map(Meter.Key::limitId).toList())
                .bindArray(
                        "units", String.class, keys.stream().map(key -> key.unit().name()).toList())
                .reduceRows(new HashMap<>(), RateLevelStore::add);
    }

    private static Map<Meter.Key, Long> add(Map<Meter.Key, Long> levels, RowView row) {
        levels.put(
                new Meter.Key(
                        row.getColumn("organization_id", Long.class),
                        row.getColumn("rate_limit_id", Long.class),
                        RateUnit.valueOf(row.getColumn("unit", String.class))),
                row.getColumn("full_at_nanos", Long.class));
        return levels;
    }

    /** When all buckets of some limits of an organization are full again. */
    static Map<Meter.Key, Long> levels(
            Handle handle, long organizationId, Collection<Long> limitIds) {
        return handle.createQuery(
                        """
                        SELECT organization_id, rate_limit_id, unit, full_at_nanos
                          FROM rate_limit_level
                         WHERE organization_id = :organizationId
                           AND rate_limit_id = ANY(:limitIds)
                        """)
                .bind("organizationId", organizationId)
                .bindArray("limitIds", Long.class, List.copyOf(limitIds))
                .reduceRows(new HashMap<>(), RateLevelStore::add);
    }

    static void forget(Handle tx, long organizationId, long limitId) {
        tx.createUpdate(
                        """
                        DELETE FROM rate_limit_level
                         WHERE organization_id = :organizationId
                           AND rate_limit_id = :limitId
                        """)
                .bind("organizationId", organizationId)
                .bind("limitId", limitId)
                .execute();
    }

    static void beat(Handle tx, long processId, long beat) {
        tx.createUpdate(
                        """
                        INSERT INTO rate_limit_process (process_id, beat)
                        VALUES (:processId, :beat)
                        ON CONFLICT (process_id) DO UPDATE SET beat = excluded.beat
                        """)
                .bind("processId", processId)
                .bind("beat", beat)
                .execute();
    }

    /** The last beat of every process. */
    static Map<Long, Long> beats(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT process_id, beat FROM rate_limit_process
                        """)
                .reduceRows(
                        new HashMap<Long, Long>(),
                        (beats, row) -> {
                            beats.put(
                                    row.getColumn("process_id", Long.class),
                                    row.getColumn("beat", Long.class));
                            return beats;
                        });
    }

    /** Forgets a process, unless it has lived on. */
    static void bury(Handle tx, long processId, long beat) {
        tx.createUpdate(
                        """
                        DELETE FROM rate_limit_process
                         WHERE process_id = :processId AND beat = :beat
                        """)
                .bind("processId", processId)
                .bind("beat", beat)
                .execute();
    }
}
