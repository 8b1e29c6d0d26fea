package dev.scrip.ledger;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Reads wallets under their locks and writes what became of them. */
final class WalletStore {

    private static final String WALLET_COLUMNS =
            """
            organization_id, pool_id, kind, period_starts_at, period_ends_at, limit_amount,
            funded, leased, held, pinned, pinned_before, expires_next, starts_next, entries,
            frozen, told, closed
            """;

    private static final String GRANT_COLUMNS =
            """
            organization_id, grant_id, kind, priority, effective_at, expires_at, amount, consumed,
            expired, revoked, state, note, created_at
            """;

    private static final int FETCH_SIZE = 1_000;

    /** A changed grant; gathered so that each table is one write. */
    private record OfGrant(long organizationId, OpenGrant grant) {}

    private final JournalStore journal;

    WalletStore(JournalStore journal) {
        this.journal = journal;
    }

    void open(Handle tx, long organizationId) {
        tx.createUpdate(
                        """
                        INSERT INTO pool (organization_id, pool_id, kind, scope_kind, scope_id,
                            period_kind, period_starts_at, funded)
                        VALUES (:organization, 0, 'WALLET', 'ORGANIZATION', :organization,
                            'LIFETIME', 'epoch', 0)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("organization", organizationId)
                .execute();
    }

    /** Locks the wallets, in the order that every transaction uses, and reads them. */
    Map<Long, Wallet> lock(Handle tx, Collection<Long> organizations) {
        Map<Long, Wallet> wallets = new TreeMap<>();
        tx.createQuery(
                        "SELECT "
                                + WALLET_COLUMNS
                                + """
                                FROM pool WHERE organization_id = ANY(:organizations) AND pool_id = 0
                                ORDER BY organization_id FOR UPDATE
                                """)
                .bind("organizations", SqlColumns.longs(organizations))
                .map((row, context) -> wallet(row))
                .forEach(wallet -> wallets.put(wallet.organizationId, wallet));
        for (long organization : organizations) {
            if (!wallets.containsKey(organization)) {
                throw new IllegalArgumentException("organization " + organization + ": no wallet");
            }
        }
        return wallets;
    }

    /** Locks one wallet and reads it with its grants. */
    Wallet lock(Handle tx, long organizationId) {
        Wallet wallet = lock(tx, List.of(organizationId)).values().iterator().next();
        loadGrants(tx, List.of(wallet));
        return wallet;
    }

    /** Reads a wallet without its lock, on the transaction's snapshot. */
    Optional<Wallet> find(Handle tx, long organizationId) {
        Optional<Wallet> found =
                tx.createQuery(
                                "SELECT "
                                        + WALLET_COLUMNS
                                        + " FROM pool WHERE organization_id = :organization"
                                        + " AND pool_id = 0")
                        .bind("organization", organizationId)
                        .map((row, context) -> wallet(row))
                        .findOne();
        found.ifPresent(wallet -> loadGrants(tx, List.of(wallet)));
        return found;
    }

    private static Wallet wallet(ResultSet row) throws SQLException {
        return new Wallet(
                BudgetStore.pool(row),
                new Wallet.Extra(
                        row.getLong("entries"),
                        Money.ofNanos(row.getLong("pinned")),
                        SqlColumns.timeOrNull(row, "pinned_before"),
                        SqlColumns.timeOrNull(row, "expires_next"),
                        SqlColumns.timeOrNull(row, "starts_next")));
    }

    /** Gives wallets their grants that are not done. */
    void loadGrants(Handle tx, Collection<Wallet> wallets) {
        if (wallets.isEmpty()) {
            return;
        }
        Map<Long, List<OpenGrant>> byOrganization = new TreeMap<>();
        tx.createQuery(
                        "SELECT "
                                + GRANT_COLUMNS
                                + """
                                FROM credit_grant
                                WHERE organization_id = ANY(:organizations) AND state <> 'DONE'
                                """)
                .bind("organizations", SqlColumns.longs(wallets, wallet -> wallet.organizationId))
                .map((row, context) -> new OfGrant(row.getLong("organization_id"), openGrant(row)))
                .forEach(
                        of ->
                                byOrganization
                                        .computeIfAbsent(
                                                of.organizationId, key -> new ArrayList<>())
                                        .add(of.grant));
        for (Wallet wallet : wallets) {
            wallet.load(byOrganization.getOrDefault(wallet.organizationId, List.of()));
        }
    }

    private static OpenGrant openGrant(ResultSet row) throws SQLException {
        return new OpenGrant(grant(row), OpenGrant.State.valueOf(row.getString("state")));
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getLong("organization_id"),
                row.getLong("grant_id"),
                GrantKind.valueOf(row.getString("kind")),
                row.getInt("priority"),
                SqlColumns.time(row, "effective_at"),
                SqlColumns.timeOrNull(row, "expires_at"),
                Money.ofNanos(row.getLong("amount")),
                Money.ofNanos(row.getLong("consumed")),
                Money.ofNanos(row.getLong("expired")),
                Money.ofNanos(row.getLong("revoked")),
                row.getString("note"),
                SqlColumns.time(row, "created_at"));
    }

    Optional<Grant> grantOfKey(Handle tx, long organizationId, String key) {
        return tx.createQuery(
                        "SELECT "
                                + GRANT_COLUMNS
                                + """
                                FROM credit_grant
                                WHERE organization_id = :organization AND grant_key = :key
                                """)
                .bind("organization", organizationId)
                .bind("key", key)
                .map((row, context) -> grant(row))
                .findOne();
    }

    List<Grant> grants(Handle tx, long organizationId) {
        return tx.createQuery(
                        "SELECT "
                                + GRANT_COLUMNS
                                + " FROM credit_grant WHERE organization_id = :organization")
                .bind("organization", organizationId)
                .map((row, context) -> grant(row))
                .list();
    }

    /** Reads in portions, so that there may be more grants than memory. */
    void eachGrant(Handle tx, GrantKind kind, Consumer<Grant> reader) {
        tx.createQuery("SELECT " + GRANT_COLUMNS + " FROM credit_grant WHERE kind = :kind")
                .setFetchSize(FETCH_SIZE)
                .bind("kind", kind.name())
                .map((row, context) -> grant(row))
                .forEach(reader);
    }

    void insertGrant(Handle tx, Grant grant, String key, OpenGrant.State state) {
        tx.createUpdate(
                        """
                        INSERT INTO credit_grant (organization_id, grant_id, grant_key, kind,
                            priority, effective_at, expires_at, amount, state, note, created_at)
                        VALUES (:organization, :grant, :key, :kind, :priority, :effectiveAt,
                            :expiresAt, :amount, :state, :note, :createdAt)
                        """)
                .bind("organization", grant.organizationId())
                .bind("grant", grant.grantId())
                .bind("key", key)
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

    /** Organizations whose wallet the time has changed, the longest due first. */
    List<Long> due(Handle tx, Instant at, int limit) {
        return tx.createQuery(
                        """
                        SELECT organization_id FROM pool
                        WHERE pool_id = 0 AND LEAST(expires_next, starts_next) <= :at
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

    /** Writes wallets back with the entries, postings, draws and grants that changed. */
    void save(Handle tx, Collection<Wallet> wallets, Instant at) {
        List<Wallet> changed = wallets.stream().filter(Wallet::changed).toList();
        if (changed.isEmpty()) {
            return;
        }
        saveCounters(tx, changed);
        saveTimes(tx, changed.stream().filter(Wallet::timesChanged).toList());
        saveGrants(tx, changed);
        List<Entry> entries = new ArrayList<>();
        List<GrantDraw> draws = new ArrayList<>();
        for (Wallet wallet : changed) {
            entries.addAll(wallet.entries());
            draws.addAll(wallet.draws());
        }
        journal.append(tx, entries, draws, at);
    }

    private static void saveCounters(Handle tx, List<Wallet> wallets) {
        tx.createUpdate(
                        """
                        UPDATE pool SET funded = n.funded, leased = n.leased, told = n.told,
                            entries = n.entries
                        FROM unnest(:ids::bigint[], :funded::bigint[], :leased::bigint[],
                                :told::boolean[], :entries::bigint[])
                            AS n (organization_id, funded, leased, told, entries)
                        WHERE pool.organization_id = n.organization_id AND pool.pool_id = 0
                            AND pool.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(wallets, wallet -> wallet.organizationId))
                .bind("funded", SqlColumns.longs(wallets, wallet -> wallet.pool.funded().nanos()))
                .bind("leased", SqlColumns.longs(wallets, wallet -> wallet.pool.leased().nanos()))
                .bind("told", SqlColumns.booleans(wallets, wallet -> wallet.pool.told()))
                .bind("entries", SqlColumns.longs(wallets, Wallet::entryCount))
                .execute();
    }

    private static void saveTimes(Handle tx, List<Wallet> wallets) {
        if (wallets.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        """
                        UPDATE pool SET pinned = n.pinned, pinned_before = n.pinned_before,
                            expires_next = n.expires_next, starts_next = n.starts_next
                        FROM unnest(:ids::bigint[], :pinned::bigint[],
                                :pinnedBefore::timestamptz[], :expiresNext::timestamptz[],
                                :startsNext::timestamptz[])
                            AS n (organization_id, pinned, pinned_before, expires_next, starts_next)
                        WHERE pool.organization_id = n.organization_id AND pool.pool_id = 0
                            AND pool.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(wallets, wallet -> wallet.organizationId))
                .bind("pinned", SqlColumns.longs(wallets, wallet -> wallet.pinned().nanos()))
                .bind("pinnedBefore", SqlColumns.times(wallets, Wallet::pinnedBefore))
                .bind("expiresNext", SqlColumns.times(wallets, Wallet::expiresNext))
                .bind("startsNext", SqlColumns.times(wallets, Wallet::startsNext))
                .execute();
    }

    private static void saveGrants(Handle tx, List<Wallet> wallets) {
        List<OfGrant> changed = new ArrayList<>();
        for (Wallet wallet : wallets) {
            for (OpenGrant grant : wallet.grants()) {
                if (grant.changed()) {
                    changed.add(new OfGrant(wallet.organizationId, grant));
                }
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        """
                        UPDATE credit_grant SET consumed = n.consumed, expired = n.expired,
                            state = n.state
                        FROM unnest(:ids::bigint[], :grants::bigint[], :consumed::bigint[],
                                :expired::bigint[], :states::text[])
                            AS n (organization_id, grant_id, consumed, expired, state)
                        WHERE credit_grant.organization_id = n.organization_id
                            AND credit_grant.grant_id = n.grant_id
                            AND credit_grant.organization_id = ANY(:ids)
                        """)
                .bind("ids", SqlColumns.longs(changed, OfGrant::organizationId))
                .bind("grants", SqlColumns.longs(changed, of -> of.grant.grantId))
                .bind("consumed", SqlColumns.longs(changed, of -> of.grant.consumed().nanos()))
                .bind("expired", SqlColumns.longs(changed, of -> of.grant.expired().nanos()))
                .bind("states", SqlColumns.texts(changed, of -> of.grant.state().name()))
                .execute();
    }
}
