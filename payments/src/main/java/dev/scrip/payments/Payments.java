package dev.scrip.payments;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.notifications.Outbox;
import dev.scrip.postgres.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Cards and purchases. A card's number never reaches a table or a log of ours. */
public final class Payments implements AutoCloseable {

    public Payments(
            Database database,
            Ledger ledger,
            Outbox outbox,
            Processor processor,
            PurchasePolicy policy,
            InstantSource clock) {
        throw new UnsupportedOperationException("payments: to be written");
    }

    /** Asks the processor about purchases that a crash left without an answer, now and then. */
    public void start() {
        throw new UnsupportedOperationException();
    }

    public PurchasePolicy policy() {
        throw new UnsupportedOperationException();
    }

    public CardOutcome addCard(CardOrder order) {
        throw new UnsupportedOperationException();
    }

    /** The default card first. */
    public List<Card> cards(long organizationId) {
        throw new UnsupportedOperationException();
    }

    public boolean makeDefault(long organizationId, long cardId) {
        throw new UnsupportedOperationException();
    }

    public boolean removeCard(long organizationId, long cardId) {
        throw new UnsupportedOperationException();
    }

    public PurchaseOutcome buy(PurchaseOrder order) {
        throw new UnsupportedOperationException();
    }

    /** The customer answered the bank's question of a CONFIRMING purchase. */
    public PurchaseOutcome confirm(long organizationId, long purchaseId, boolean approved) {
        throw new UnsupportedOperationException();
    }

    /** Newest first. */
    public List<Purchase> purchases(long organizationId, Optional<Long> beforeId, int limit) {
        throw new UnsupportedOperationException();
    }

    public Optional<Purchase> purchase(long organizationId, long purchaseId) {
        throw new UnsupportedOperationException();
    }

    /**
     * The receipt of a paid purchase, for a page that can be printed; empty if there is no such
     * purchase or it is not paid.
     *
     * @param organizationName as it is to stand on the receipt
     */
    public Optional<Receipt> receipt(
            long organizationId, long purchaseId, String organizationName) {
        throw new UnsupportedOperationException();
    }

    /** The cards to try in the sandbox, for the page; empty when the processor is a real one. */
    public List<TestCard> testCards() {
        throw new UnsupportedOperationException();
    }

    /**
     * Compares in both directions, on one snapshot: every paid purchase with its one grant, and the
     * sandbox's charges with the purchases.
     */
    public Verification.Check verify(Handle snapshot) {
        throw new UnsupportedOperationException();
    }

    /** Called after a purchase was paid, outside its transaction (to wake waiting requests). */
    public void onPaid(java.util.function.LongConsumer organizationId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
