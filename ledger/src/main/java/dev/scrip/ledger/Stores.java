package dev.scrip.ledger;

import dev.scrip.postgres.Together;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The classes that speak SQL, made once. */
record Stores(
        PoolStore pools,
        PoolCountersStore counters,
        GrantStore grants,
        BudgetStore budgets,
        RecurrenceStore recurrences,
        LeaseStore leases,
        HoldStore holds,
        OperationStore operations,
        JournalStore journal,
        AppendStore append) {

    static Stores create() {
        return new Stores(
                new PoolStore(),
                new PoolCountersStore(),
                new GrantStore(),
                new BudgetStore(),
                new RecurrenceStore(),
                new LeaseStore(),
                new HoldStore(),
                new OperationStore(),
                new JournalStore(),
                new AppendStore());
    }

    /** Marks all that leases and holds have of some credit pools as pinned. */
    void pin(Handle tx, Collection<PoolId> pools) {
        leases.pin(tx, pools);
        holds.pin(tx, pools);
    }

    /** Writes wallets back with the entries, draws and grants that changed, and budgets' pools. */
    void save(Handle tx, Collection<Wallet> wallets, Collection<PoolRow> budgetPools) {
        Together writes = Together.of(tx);
        save(writes, wallets, budgetPools);
        writes.run();
    }

    /** {@link #save(Handle, Collection, Collection)} together with other statements. */
    void save(Together writes, Collection<Wallet> wallets, Collection<PoolRow> budgetPools) {
        counters.save(writes, wallets, budgetPools);
        grants.save(writes, wallets);
        List<Entry> entries = new ArrayList<>();
        List<Entry.GrantDraw> draws = new ArrayList<>();
        for (Wallet wallet : wallets) {
            entries.addAll(wallet.entries());
            draws.addAll(wallet.draws());
        }
        append.append(writes, entries, draws);
    }
}
