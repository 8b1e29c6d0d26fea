package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;

/**
 * Writes the counters of pools back. Wallets, one for each organization, are written apart from
 * other pools, of which an organization may have very many: so each row is found by its whole key.
 */
final class PoolCountersStore {

    private static final Prepared WALLETS =
            Prepared.of(
                    """
                    UPDATE pool SET funded = n.funded, leased = n.leased, held = n.held,
                        told = n.told, entries = n.entries, posted_at = n.posted_at
                    FROM unnest(:ids::bigint[], :funded::bigint[], :leased::bigint[],
                            :held::bigint[], :told::boolean[], :entries::bigint[],
                            :postedAt::timestamptz[])
                        AS n (organization_id, funded, leased, held, told, entries, posted_at)
                    WHERE pool.organization_id = n.organization_id AND pool.pool_id = 0
                        AND pool.organization_id = ANY(:ids)
                    """);

    private static final Prepared OTHERS =
            Prepared.of(
                    """
                    UPDATE pool SET funded = n.funded, leased = n.leased, held = n.held,
                        told = n.told
                    FROM unnest(:ids::bigint[], :pools::bigint[], :funded::bigint[],
                            :leased::bigint[], :held::bigint[], :told::boolean[])
                        AS n (organization_id, pool_id, funded, leased, held, told)
                    WHERE pool.organization_id = n.organization_id AND pool.pool_id = n.pool_id
                        AND pool.organization_id = ANY(:ids) AND pool.pool_id = ANY(:pools)
                    """);

    private static final Prepared TIMES =
            Prepared.of(
                    """
                    UPDATE pool SET pinned = n.pinned, pinned_before = n.pinned_before,
                        expires_next = n.expires_next, starts_next = n.starts_next
                    FROM unnest(:ids::bigint[], :pools::bigint[], :pinned::bigint[],
                            :pinnedBefore::timestamptz[], :expiresNext::timestamptz[],
                            :startsNext::timestamptz[])
                        AS n (organization_id, pool_id, pinned, pinned_before, expires_next,
                            starts_next)
                    WHERE pool.organization_id = n.organization_id AND pool.pool_id = n.pool_id
                        AND pool.organization_id = ANY(:ids) AND pool.pool_id = ANY(:pools)
                    """);

    /** Writes back every counter that changed, of credit pools and budgets. */
    void save(Together writes, Collection<Wallet> wallets, Collection<PoolRow> budgets) {
        List<Wallet> changed = new ArrayList<>();
        List<PoolRow> others = new ArrayList<>();
        List<CreditPool> timed = new ArrayList<>();
        for (Wallet wallet : wallets) {
            if (wallet.general.row.changed() || !wallet.entries().isEmpty()) {
                changed.add(wallet);
            }
            for (CreditPool pool : wallet.pools()) {
                if (pool != wallet.general && pool.row.changed()) {
                    others.add(pool.row);
                }
                if (pool.timesChanged()) {
                    timed.add(pool);
                }
            }
        }
        for (PoolRow budget : budgets) {
            if (budget.changed()) {
                others.add(budget);
            }
        }
        if (!changed.isEmpty()) {
            writeWallets(writes, changed);
        }
        if (!others.isEmpty()) {
            writeOthers(writes, others);
        }
        if (!timed.isEmpty()) {
            writeTimes(writes, timed);
        }
    }

    private static void writeWallets(Together writes, List<Wallet> wallets) {
        writes.write(
                WALLETS.on(writes.tx())
                        .bind("ids", SqlColumns.longs(wallets, wallet -> wallet.organizationId))
                        .bind("funded", ofWallets(wallets, PoolRow::funded))
                        .bind("leased", ofWallets(wallets, PoolRow::leased))
                        .bind("held", ofWallets(wallets, PoolRow::held))
                        .bind(
                                "told",
                                SqlColumns.booleans(wallets, wallet -> wallet.general.row.told()))
                        .bind("entries", SqlColumns.longs(wallets, Wallet::entryCount))
                        .bind("postedAt", SqlColumns.times(wallets, Wallet::postedAt)));
    }

    private static Argument ofWallets(List<Wallet> wallets, Function<PoolRow, Money> amount) {
        return SqlColumns.longs(wallets, wallet -> amount.apply(wallet.general.row).nanos());
    }

    private static void writeOthers(Together writes, List<PoolRow> pools) {
        writes.write(
                OTHERS.on(writes.tx())
                        .bind("ids", SqlColumns.longs(pools, pool -> pool.id.organizationId()))
                        .bind("pools", SqlColumns.longs(pools, pool -> pool.id.poolId()))
                        .bind("funded", SqlColumns.longs(pools, pool -> pool.funded().nanos()))
                        .bind("leased", SqlColumns.longs(pools, pool -> pool.leased().nanos()))
                        .bind("held", SqlColumns.longs(pools, pool -> pool.held().nanos()))
                        .bind("told", SqlColumns.booleans(pools, PoolRow::told)));
    }

    private static void writeTimes(Together writes, List<CreditPool> pools) {
        writes.write(
                TIMES.on(writes.tx())
                        .bind("ids", SqlColumns.longs(pools, pool -> pool.row.id.organizationId()))
                        .bind("pools", SqlColumns.longs(pools, pool -> pool.row.id.poolId()))
                        .bind("pinned", SqlColumns.longs(pools, pool -> pool.pinned().nanos()))
                        .bind("pinnedBefore", SqlColumns.times(pools, CreditPool::pinnedBefore))
                        .bind("expiresNext", SqlColumns.times(pools, CreditPool::expiresNext))
                        .bind("startsNext", SqlColumns.times(pools, CreditPool::startsNext)));
    }
}
