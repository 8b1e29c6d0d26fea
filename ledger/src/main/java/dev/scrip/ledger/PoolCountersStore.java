package dev.scrip.ledger;

import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes the counters of pools back. */
final class PoolCountersStore {

    private static final Prepared WRITE =
            Prepared.of(
                    """
                        UPDATE pool SET funded = n.funded, leased = n.leased, held = n.held,
                            told = n.told, entries = n.entries, posted_at = n.posted_at,
                            pinned = n.pinned, pinned_before = n.pinned_before,
                            expires_next = n.expires_next, starts_next = n.starts_next
                        FROM unnest(:ids::bigint[], :pools::bigint[], :funded::bigint[],
                                :leased::bigint[], :held::bigint[], :told::boolean[],
                                :entries::bigint[], :postedAt::timestamptz[], :pinned::bigint[],
                                :pinnedBefore::timestamptz[], :expiresNext::timestamptz[],
                                :startsNext::timestamptz[])
                            AS n (organization_id, pool_id, funded, leased, held, told, entries,
                                posted_at, pinned, pinned_before, expires_next, starts_next)
                        WHERE pool.organization_id = n.organization_id
                            AND pool.pool_id = n.pool_id
                            AND pool.organization_id = ANY(:organizations)
                        """);

    /** A pool as it is to be written: what belongs to credit pools or wallets is null elsewhere. */
    private record Change(PoolRow row, @Nullable CreditPool credit, @Nullable Wallet wallet) {

        @Nullable Instant time(Function<CreditPool, @Nullable Instant> of) {
            return credit == null ? null : of.apply(credit);
        }
    }

    /** Writes back every counter that changed, of credit pools and budgets, in one statement. */
    void save(Together writes, Collection<Wallet> wallets, Collection<PoolRow> budgets) {
        List<Change> changes = new ArrayList<>();
        for (Wallet wallet : wallets) {
            for (CreditPool pool : wallet.pools()) {
                boolean isWallet = pool.row.id.poolId() == PoolRow.WALLET;
                if (pool.changed() || (isWallet && !wallet.entries().isEmpty())) {
                    changes.add(new Change(pool.row, pool, isWallet ? wallet : null));
                }
            }
        }
        for (PoolRow budget : budgets) {
            if (budget.changed()) {
                changes.add(new Change(budget, null, null));
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        writes.write(write(writes.tx(), changes));
    }

    private static Prepared.Call write(Handle tx, List<Change> changes) {
        Set<Long> organizations = new HashSet<>();
        changes.forEach(change -> organizations.add(change.row.id.organizationId()));
        return WRITE.on(tx)
                .bind("organizations", SqlColumns.longs(organizations))
                .bind("ids", SqlColumns.longs(changes, of -> of.row.id.organizationId()))
                .bind("pools", SqlColumns.longs(changes, of -> of.row.id.poolId()))
                .bind("funded", SqlColumns.longs(changes, of -> of.row.funded().nanos()))
                .bind("leased", SqlColumns.longs(changes, of -> of.row.leased().nanos()))
                .bind("held", SqlColumns.longs(changes, of -> of.row.held().nanos()))
                .bind("told", SqlColumns.booleans(changes, of -> of.row.told()))
                .bind(
                        "entries",
                        SqlColumns.longs(
                                changes, of -> of.wallet == null ? 0 : of.wallet.entryCount()))
                .bind(
                        "postedAt",
                        SqlColumns.times(
                                changes, of -> of.wallet == null ? null : of.wallet.postedAt()))
                .bind(
                        "pinned",
                        SqlColumns.longs(
                                changes, of -> of.credit == null ? 0 : of.credit.pinned().nanos()))
                .bind(
                        "pinnedBefore",
                        SqlColumns.times(changes, of -> of.time(CreditPool::pinnedBefore)))
                .bind(
                        "expiresNext",
                        SqlColumns.times(changes, of -> of.time(CreditPool::expiresNext)))
                .bind(
                        "startsNext",
                        SqlColumns.times(changes, of -> of.time(CreditPool::startsNext)));
    }
}
