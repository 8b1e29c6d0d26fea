package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The authority over money: wallets, grants, limits, leases and the journal. Its state is in
 * PostgreSQL alone; every method is one transaction or takes part in the caller's.
 */
public final class Ledger {

    public Ledger(Database database, InstantSource clock) {
        throw new UnsupportedOperationException("ledger: to be written");
    }

    /** Makes an organization's empty wallet; doing it again changes nothing. */
    public void openWallet(Handle tx, long organizationId) {
        throw new UnsupportedOperationException();
    }

    public GrantOutcome grant(Handle tx, GrantOrder order) {
        throw new UnsupportedOperationException();
    }

    public Balance balance(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** {@link #balance(long)} as the caller's transaction sees it, its own grants included. */
    public Balance balance(Handle tx, long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** All grants in the order they are used, then the used-up and expired ones, newest first. */
    public List<Grant> grants(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** The wallet's history, newest first. */
    public List<JournalEntry> history(
            long organizationId, Optional<Long> beforeEntryId, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Sets or, with an empty amount, removes a monthly limit; running leases follow. */
    public void setLimit(long organizationId, LimitKind kind, Optional<Money> amount) {
        throw new UnsupportedOperationException();
    }

    public MonthSpending monthSpending(long organizationId) {
        throw new UnsupportedOperationException();
    }

    /** The pools that a request of this organization holds from now: the wallet first. */
    public List<Pool> pools(long organizationId, Instant at) {
        throw new UnsupportedOperationException();
    }

    /** Enters a process that will take leases. Its id must be new. */
    public void enlist(UUID incarnationId, String node, Instant at) {
        throw new UnsupportedOperationException();
    }

    /** The incarnations of a node that are not proven dead, oldest first. */
    public List<UUID> living(String node) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes back what a process that can take no further step had leased and not spent.
     *
     * @param proof why it is certain: "drained", "file lock of node X", "buried by ..."
     */
    public void bury(UUID incarnationId, String proof) {
        throw new UnsupportedOperationException();
    }

    /** Carries out one message of one process, or repeats the stored answer. */
    public ExchangeReply exchange(Handle tx, Exchange exchange) {
        throw new UnsupportedOperationException();
    }

    /** Books what has expired and is not pinned by running requests; called now and then. */
    public int expireDue(int limit) {
        throw new UnsupportedOperationException();
    }

    /**
     * What the journal's charges of each organization add up to, read in the caller's snapshot, so
     * that usage records can be compared with it; organizations without charges are left out.
     */
    public Map<Long, Money> chargedTotals(Handle tx) {
        throw new UnsupportedOperationException();
    }

    /**
     * Every grant of one kind, of all organizations, read in the caller's snapshot, one at a time,
     * so that whoever ordered them can compare them with its own records.
     */
    public void eachGrant(Handle tx, GrantKind kind, Consumer<Grant> reader) {
        throw new UnsupportedOperationException();
    }

    /** Takes the oldest events that nobody has taken yet; they are gone when the caller commits. */
    public List<LedgerEvent> takeEvents(Handle tx, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Recomputes every balance from the records and compares, on one snapshot. */
    public Verification verify() {
        throw new UnsupportedOperationException();
    }
}
