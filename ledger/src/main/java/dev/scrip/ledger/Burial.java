package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Together;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Closes the leases of an incarnation that is proven dead. A lane at a time, each behind the
 * incarnation's own lock there, so that a last exchange still under way is either seen or refused
 * new money.
 */
final class Burial {

    private final Database database;
    private final Stores stores;
    private final UUID incarnationId;

    Burial(Database database, Stores stores, UUID incarnationId) {
        this.database = database;
        this.stores = stores;
        this.incarnationId = incarnationId;
    }

    void carryOut(String proof, Instant at) {
        boolean known =
                database.transaction(tx -> stores.leases().beginBurial(tx, incarnationId, proof));
        if (!known) {
            throw new IllegalArgumentException("no incarnation " + incarnationId);
        }
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            int current = lane;
            database.execute(tx -> buryLane(tx, current, at));
        }
        database.execute(tx -> stores.leases().endBurial(tx, incarnationId));
    }

    private void buryLane(Handle tx, int lane, Instant at) {
        boolean buried =
                stores.leases()
                        .lockLane(tx, incarnationId, lane)
                        .map(LeaseStore.LaneRecord::buried)
                        .orElse(false);
        if (buried) {
            return;
        }
        List<Long> organizations =
                stores.leases().organizations(tx, incarnationId).stream()
                        .filter(organization -> Lanes.of(organization) == lane)
                        .toList();
        if (!organizations.isEmpty()) {
            close(tx, organizations, at);
        }
        stores.leases().buryLane(tx, incarnationId, lane);
    }

    private void close(Handle tx, List<Long> organizations, Instant at) {
        Map<Long, Wallet> wallets = stores.pools().lock(tx, organizations);
        wallets.values().forEach(wallet -> wallet.beginAt(at));
        Map<PoolId, Lease> leases = stores.leases().openLeases(tx, incarnationId, organizations);
        List<Long> poolIds = leases.keySet().stream().map(PoolId::poolId).distinct().toList();
        Map<PoolId, PoolRow> budgets =
                stores.pools().budgets(tx, organizations, List.of(), at, poolIds);
        stores.grants().load(tx, wallets.values());
        for (Lease lease : leases.values()) {
            Wallet wallet = Objects.requireNonNull(wallets.get(lease.pool.organizationId()));
            CreditPool credit = wallet.pool(lease.pool.poolId());
            Money rest = lease.reclaim();
            if (credit != null) {
                credit.row.unlease(rest);
                credit.unpin(lease.unpin(rest));
            } else {
                Objects.requireNonNull(budgets.get(lease.pool)).unlease(rest);
            }
        }
        wallets.values().forEach(Wallet::expireUnpinned);
        Together writes = Together.of(tx);
        stores.leases().save(writes, incarnationId, leases.values());
        stores.save(writes, wallets.values(), budgets.values());
        writes.run();
        organizations.forEach(
                organization -> Signals.send(tx, Signals.Topic.CREDIT_CHANGED, organization));
    }
}
