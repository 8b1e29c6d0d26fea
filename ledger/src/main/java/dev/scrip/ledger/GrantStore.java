package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The grants. */
final class GrantStore {

    private static final String COLUMNS =
            """
            credit_grant.organization_id, grant_id, credit_grant.pool_id, credit_grant.kind,
            priority, effective_at, expires_at, revoked_at, amount, consumed, expired, revoked,
            state, note, created_at
            """;

    /** With the scope, which is its pool's. */
    private static final String WITH_SCOPE =
            "SELECT "
                    + COLUMNS
                    + """
                    , pool.models, pool.projects
                    FROM credit_grant JOIN pool
                        ON pool.organization_id = credit_grant.organization_id
                            AND pool.pool_id = credit_grant.pool_id
                    """;

    private static final int FETCH_SIZE = 1_000;

    private static final Prepared LOAD =
            Prepared.of(
                    "SELECT "
                            + COLUMNS
                            + """
                                FROM credit_grant
                                WHERE organization_id = ANY(:organizations) AND state <> 'DONE'
                                """);

    private static final Prepared SAVE =
            Prepared.of(
                    """
                        UPDATE credit_grant SET consumed = n.consumed, expired = n.expired,
                            revoked = n.revoked, revoked_at = n.revoked_at, state = n.state
                        FROM unnest(:ids::bigint[], :grants::bigint[], :consumed::bigint[],
                                :expired::bigint[], :revoked::bigint[],
                                :revokedAt::timestamptz[], :states::text[])
                            AS n (organization_id, grant_id, consumed, expired, revoked,
                                revoked_at, state)
                        WHERE credit_grant.organization_id = n.organization_id
                            AND credit_grant.grant_id = n.grant_id
                            AND credit_grant.state <> 'DONE'
                            AND credit_grant.organization_id = ANY(:ids)
                        """);

    /** A grant that is not done, and whose it is. */
    record OfGrant(long organizationId, OpenGrant grant) {}

    /** Gives wallets their grants that are not done. */
    void load(Handle tx, Collection<Wallet> wallets) {
        if (wallets.isEmpty()) {
            return;
        }
        Together reads = Together.of(tx);
        Together.Rows<OfGrant> rows =
                load(reads, wallets.stream().map(wallet -> wallet.organizationId).toList());
        reads.run();
        give(rows.all(), wallets);
    }

    /** The statement that reads those of some organizations. */
    Together.Rows<OfGrant> load(Together reads, Collection<Long> organizations) {
        return reads.read(
                LOAD.on(reads.tx()).bind("organizations", SqlColumns.longs(organizations)),
                row -> new OfGrant(row.getLong("organization_id"), openGrant(row)));
    }

    /** Gives wallets those that were read. */
    static void give(List<OfGrant> grants, Collection<Wallet> wallets) {
        Map<Long, List<OpenGrant>> byOrganization = new TreeMap<>();
        for (OfGrant of : grants) {
            byOrganization
                    .computeIfAbsent(of.organizationId, key -> new ArrayList<>())
                    .add(of.grant);
        }
        for (Wallet wallet : wallets) {
            wallet.load(byOrganization.getOrDefault(wallet.organizationId, List.of()));
        }
    }

    /** Its scope is its pool's, and not needed once it is there. */
    private static OpenGrant openGrant(ResultSet row) throws SQLException {
        return new OpenGrant(
                grant(row, GrantScope.ANY),
                row.getLong("pool_id"),
                OpenGrant.State.valueOf(row.getString("state")));
    }

    private static Grant grant(ResultSet row, GrantScope scope) throws SQLException {
        return new Grant(
                row.getLong("organization_id"),
                row.getLong("grant_id"),
                GrantKind.valueOf(row.getString("kind")),
                row.getInt("priority"),
                scope,
                SqlColumns.time(row, "effective_at"),
                SqlColumns.timeOrNull(row, "expires_at"),
                Money.ofNanos(row.getLong("amount")),
                Money.ofNanos(row.getLong("consumed")),
                Money.ofNanos(row.getLong("expired")),
                Money.ofNanos(row.getLong("revoked")),
                SqlColumns.timeOrNull(row, "revoked_at"),
                row.getString("note"),
                SqlColumns.time(row, "created_at"));
    }

    private static Grant withScope(ResultSet row) throws SQLException {
        return grant(row, PoolStore.scope(row));
    }

    Optional<Grant> ofKey(Handle tx, long organizationId, String key) {
        return tx.createQuery(
                        WITH_SCOPE
                                + """
                                WHERE credit_grant.organization_id = :organization
                                    AND grant_key = :key
                                """)
                .bind("organization", organizationId)
                .bind("key", key)
                .map((row, context) -> withScope(row))
                .findOne();
    }

    List<Grant> all(Handle tx, long organizationId) {
        return tx.createQuery(WITH_SCOPE + " WHERE credit_grant.organization_id = :organization")
                .bind("organization", organizationId)
                .map((row, context) -> withScope(row))
                .list();
    }

    /** Reads in portions, so that there may be more grants than memory. */
    void each(Handle tx, GrantKind kind, Consumer<Grant> reader) {
        tx.createQuery(WITH_SCOPE + " WHERE credit_grant.kind = :kind")
                .setFetchSize(FETCH_SIZE)
                .bind("kind", kind.name())
                .map((row, context) -> withScope(row))
                .forEach(reader);
    }

    void insert(Handle tx, Grant grant, long poolId, String key, OpenGrant.State state) {
        tx.createUpdate(
                        """
                        INSERT INTO credit_grant (organization_id, grant_id, grant_key, pool_id,
                            kind, priority, effective_at, expires_at, amount, state, note,
                            created_at)
                        VALUES (:organization, :grant, :key, :pool, :kind, :priority, :effectiveAt,
                            :expiresAt, :amount, :state, :note, :createdAt)
                        """)
                .bind("organization", grant.organizationId())
                .bind("grant", grant.grantId())
                .bind("key", key)
                .bind("pool", poolId)
                .bind("kind", grant.kind().name())
                .bind("priority", grant.priority())
                .bind("effectiveAt", grant.effectiveAt())
                .bind("expiresAt", grant.expiresAt())
                .bind("amount", grant.amount().nanos())
                .bind("state", state.name())
                .bind("note", grant.note())
                .bind("createdAt", grant.createdAt())
                .execute();
    }

    /** Writes back what changed of the wallets' grants. */
    void save(Together writes, Collection<Wallet> wallets) {
        List<OfGrant> changed = new ArrayList<>();
        for (Wallet wallet : wallets) {
            for (CreditPool pool : wallet.pools()) {
                for (OpenGrant grant : pool.grants()) {
                    if (grant.changed()) {
                        changed.add(new OfGrant(wallet.organizationId, grant));
                    }
                }
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        writes.write(
                SAVE.on(writes.tx())
                        .bind("ids", SqlColumns.longs(changed, OfGrant::organizationId))
                        .bind("grants", SqlColumns.longs(changed, of -> of.grant.grantId))
                        .bind(
                                "consumed",
                                SqlColumns.longs(changed, of -> of.grant.consumed().nanos()))
                        .bind(
                                "expired",
                                SqlColumns.longs(changed, of -> of.grant.expired().nanos()))
                        .bind(
                                "revoked",
                                SqlColumns.longs(changed, of -> of.grant.revoked().nanos()))
                        .bind("revokedAt", SqlColumns.times(changed, of -> of.grant.revokedAt()))
                        .bind("states", SqlColumns.texts(changed, of -> of.grant.state().name())));
    }
}
