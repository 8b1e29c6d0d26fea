package dev.scrip.console;

import dev.scrip.ledger.JournalEntry;
import dev.scrip.postgres.Ids;
import java.util.Locale;

/** A line of the wallet's history, with its kind in words. */
public record EntryRow(String id, JournalEntry entry) {

    static EntryRow of(JournalEntry entry) {
        return new EntryRow(Ids.print(BillingPages.ENTRY_PREFIX, entry.entryId()), entry);
    }

    /** "CHARGE" becomes "Charge". */
    public String kind() {
        String words = entry.kind().toLowerCase(Locale.ROOT).replace('_', ' ');
        return words.isEmpty()
                ? words
                : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    public boolean isIncrease() {
        return entry.change().isPositive();
    }
}
