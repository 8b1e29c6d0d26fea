package dev.scrip.proof;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is in the tables, read without the product's own eyes: the usage records, and what a process
 * was lent.
 */
final class ChargeStore {

    private final Database database;

    ChargeStore(Database database) {
        this.database = database;
    }

    List<Charged> charges(long organizationId) {
        long ahead = System.nanoTime() - nanos(InstantSource.system().instant());
        return database.read(
                tx ->
                        tx.createQuery(
                                        """
                                        SELECT end_user, request_id, amount_nanos FROM usage_record
                                        WHERE organization_id = :organization
                                        """)
                                .bind("organization", organizationId)
                                .map((row, context) -> charged(row, ahead))
                                .list());
    }

    private static Charged charged(ResultSet row, long ahead) throws SQLException {
        long requestId = row.getLong("request_id");
        return new Charged(
                String.valueOf(row.getString("end_user")),
                requestId,
                nanos(Ids.time(requestId)) + ahead,
                Money.ofNanos(row.getLong("amount_nanos")));
    }

    private static long nanos(Instant moment) {
        return TimeUnit.SECONDS.toNanos(moment.getEpochSecond()) + moment.getNano();
    }

    /** What was drawn on the grants, platform's losses included. */
    Money drawn(long organizationId) {
        return sum(
                """
                SELECT coalesce(sum(d.amount), 0)::bigint
                FROM entry_draw, unnest(amounts) AS d (amount)
                WHERE organization_id = :organization
                """,
                organizationId);
    }

    /** What the platform bore because no credit was found for it. */
    Money lost(long organizationId) {
        return sum(
                """
                SELECT coalesce(sum(d.amount), 0)::bigint
                FROM entry_draw, unnest(grant_ids, amounts) AS d (grant_id, amount)
                WHERE organization_id = :organization AND d.grant_id = 0
                """,
                organizationId);
    }

    private Money sum(String query, long organizationId) {
        return database.read(
                tx ->
                        Money.ofNanos(
                                tx.createQuery(query)
                                        .bind("organization", organizationId)
                                        .mapTo(Long.class)
                                        .one()));
    }

    /** What the processes of a node that are not dead were lent of a wallet and still have. */
    Money outstanding(long organizationId, String node) {
        return database.read(
                tx ->
                        Money.ofNanos(
                                tx.createQuery(
                                                """
                                                SELECT coalesce(sum(l.granted - l.spent
                                                    - l.returned - l.reclaimed), 0)::bigint
                                                FROM lease AS l JOIN incarnation AS i
                                                    USING (incarnation_id)
                                                WHERE l.organization_id = :organization
                                                    AND l.pool_id = 0 AND i.state <> 'DEAD'
                                                    AND (i.node = :node
                                                        OR i.node LIKE :node || '/%')
                                                """)
                                        .bind("organization", organizationId)
                                        .bind("node", node)
                                        .mapTo(Long.class)
                                        .one()));
    }

    /** Sums of pools that must be zero at rest: leased, held and pinned. */
    long outAtRest(long organizationId) {
        return database.read(
                tx ->
                        tx.createQuery(
                                        """
                                        SELECT coalesce(sum(leased + held + pinned), 0)::bigint
                                        FROM pool WHERE organization_id = :organization
                                        """)
                                .bind("organization", organizationId)
                                .mapTo(Long.class)
                                .one());
    }

    /** Makes PostgreSQL begin a new file of its log, which needs room on the disk. */
    void switchLog() {
        database.owner(
                tx -> {
                    var _ =
                            tx.createQuery("SELECT pg_switch_wal()::text")
                                    .mapTo(String.class)
                                    .one();
                });
    }
}
