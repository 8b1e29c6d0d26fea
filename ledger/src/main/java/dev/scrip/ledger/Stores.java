package dev.scrip.ledger;

/** The classes that speak SQL, made once. */
record Stores(WalletStore wallets, BudgetStore budgets, LeaseStore leases, JournalStore journal) {

    static Stores create() {
        return new Stores(
                new WalletStore(), new BudgetStore(), new LeaseStore(), new JournalStore());
    }
}
