package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The journal as accountants and auditors read it. Changes nothing. */
public final class Books {

    private final Database database;
    private final BooksStore books = new BooksStore();
    private final ChainStore chain = new ChainStore();

    public Books(Database database) {
        this.database = database;
    }

    /** A wallet's credit behind everything that was entered before a moment. */
    public Money balanceAt(long organizationId, Instant before) {
        return database.read(tx -> books.balanceAt(tx, organizationId, before));
    }

    /**
     * All book accounts of the platform as they stood at a moment. At midnight (UTC) it is read
     * from the sums of days, and costs little; at other times the journal is searched.
     *
     * @throws ArithmeticException if a sum is more than {@link Money} can hold
     */
    public TrialBalance trialBalance(Instant before) {
        return database.snapshot(tx -> books.trialBalance(tx, before));
    }

    /**
     * The platform's books by month (UTC), from the first month with an entry to the last.
     *
     * @throws ArithmeticException if a sum is more than {@link Money} can hold
     */
    public List<BookMonth> months() {
        return database.snapshot(books::months);
    }

    /**
     * Empty if the database itself refuses to change the journal; otherwise the statements that an
     * administrator must run for that, once, before the next start.
     */
    public Optional<String> missingGuard() {
        return database.missingGuard();
    }

    /** Where the journal's chains of hashes end now: to be kept outside. */
    public JournalHead journalHead() {
        return database.snapshot(chain::head);
    }

    /** Whether the journal continues the one that once ended at this head. */
    public Verification.Check continues(JournalHead head) {
        return database.snapshot(tx -> chain.contains(tx, head));
    }
}
