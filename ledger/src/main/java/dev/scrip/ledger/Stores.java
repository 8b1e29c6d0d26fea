package dev.scrip.ledger;

/** The classes that speak SQL, made once. */
record Stores(WalletStore wallets, BudgetStore budgets, LeaseStore leases, JournalStore journal) {

    static Stores create() {
        JournalStore journal = new JournalStore();
        return new Stores(new WalletStore(journal), new BudgetStore(), new LeaseStore(), journal);
    }
}
