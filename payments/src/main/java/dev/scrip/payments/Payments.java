package dev.scrip.payments;

import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Verification;
import dev.scrip.notifications.Outbox;
import dev.scrip.postgres.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Cards and purchases. A card's number never reaches a table or a log of ours. */
public final class Payments implements AutoCloseable {

    private static final Duration ASK_LIMIT = Duration.ofSeconds(10);
    private static final Duration ASK_OPEN_EVERY = Duration.ofSeconds(2);
    private static final int KEY_MAX = 200;

    private final Database database;
    private final Ledger ledger;
    private final Processor processor;
    private final PurchasePolicy policy;
    private final ProcessorCalls calls;
    private final Cards cards;
    private final Purchases purchases;
    private final OpenPurchases open;
    private final Duration askOpenEvery;

    public Payments(
            Database database,
            Ledger ledger,
            Outbox outbox,
            Processor processor,
            PurchasePolicy policy,
            InstantSource clock) {
        this(database, ledger, outbox, processor, policy, clock, ASK_LIMIT, ASK_OPEN_EVERY);
    }

    Payments(
            Database database,
            Ledger ledger,
            Outbox outbox,
            Processor processor,
            PurchasePolicy policy,
            InstantSource clock,
            Duration askLimit,
            Duration askOpenEvery) {
        this.database = database;
        this.ledger = ledger;
        this.processor = processor;
        this.policy = policy;
        this.calls = new ProcessorCalls(processor, askLimit);
        this.cards = new Cards(database, processor, calls, clock);
        this.purchases = new Purchases(database, ledger, outbox, clock, askLimit);
        this.open = new OpenPurchases(purchases, processor, calls);
        this.askOpenEvery = askOpenEvery;
    }

    /**
     * Begins to ask the processor, now and then, about purchases that a crash or a late answer left
     * open.
     */
    public void start() {
        open.start(askOpenEvery);
    }

    public PurchasePolicy policy() {
        return policy;
    }

    /** Hands a card to the processor. The first card of an organization becomes its default. */
    public CardOutcome addCard(CardOrder order) {
        return cards.add(order);
    }

    /** The default card first, then the newest. */
    public List<Card> cards(long organizationId) {
        return cards.list(organizationId);
    }

    /** False: there is no such card, or not any more. */
    public boolean makeDefault(long organizationId, long cardId) {
        return cards.makeDefault(organizationId, cardId);
    }

    /**
     * Removes a card; the newest that is left becomes the default if it was. Doing it again changes
     * nothing. False: there never was such a card.
     */
    public boolean removeCard(long organizationId, long cardId) {
        return cards.remove(organizationId, cardId);
    }

    /**
     * Buys credit. Waits for the processor, but not longer than a time limit; the purchase goes on
     * behind it.
     */
    public PurchaseOutcome buy(PurchaseOrder order) {
        if (order.key().isBlank() || order.key().length() > KEY_MAX) {
            throw new IllegalArgumentException("a purchase needs a key of 1 to 200 characters");
        }
        Optional<StoredPurchase> known = purchases.byKey(order.organizationId(), order.key());
        if (known.isPresent()) {
            return proceed(known.get(), order);
        }
        if (!policy.allows(order.amount())) {
            return new PurchaseOutcome.OutOfRange(policy.min(), policy.max());
        }
        return database.read(tx -> cards.usable(tx, order.organizationId(), order.cardId()))
                .map(card -> proceed(purchases.place(order, card), order))
                .orElseGet(PurchaseOutcome.NoSuchCard::new);
    }

    private PurchaseOutcome proceed(StoredPurchase stored, PurchaseOrder order) {
        if (stored.isOther(order)) {
            return new PurchaseOutcome.KeyReused(stored.purchase());
        }
        if (stored.purchase().state() == Purchase.State.PENDING) {
            ask("charging", stored, () -> processor.charge(stored.charge()));
        }
        return reload(stored);
    }

    /**
     * The customer answered the bank's question of a CONFIRMING purchase. A purchase in another
     * state stays as it is. Throws {@link IllegalArgumentException} if there is no such purchase.
     */
    public PurchaseOutcome confirm(long organizationId, long purchaseId, boolean approved) {
        StoredPurchase stored =
                purchases
                        .find(organizationId, purchaseId)
                        .orElseThrow(() -> new IllegalArgumentException("no such purchase"));
        if (stored.purchase().state() == Purchase.State.CONFIRMING) {
            ask(
                    approved ? "confirming" : "denying",
                    stored,
                    () -> processor.confirm(stored.processorKey(), approved));
        }
        return reload(stored);
    }

    private void ask(String what, StoredPurchase stored, Supplier<ChargeAnswer> call) {
        Purchase purchase = stored.purchase();
        calls.ask(
                what + " purchase " + stored.processorKey(),
                () ->
                        purchases.apply(
                                purchase.organizationId(), purchase.id(), calls.answer(call)));
    }

    private PurchaseOutcome reload(StoredPurchase stored) {
        return purchases
                .find(stored.purchase().organizationId(), stored.purchase().id())
                .orElseThrow()
                .outcome();
    }

    /** Newest first. */
    public List<Purchase> purchases(long organizationId, Optional<Long> beforeId, int limit) {
        return purchases.list(organizationId, beforeId, limit);
    }

    public Optional<Purchase> purchase(long organizationId, long purchaseId) {
        return purchases.find(organizationId, purchaseId).map(StoredPurchase::purchase);
    }

    /**
     * The receipt of a paid purchase, for a page that can be printed; empty if there is no such
     * purchase or it is not paid.
     *
     * @param organizationName as it is to stand on the receipt
     */
    public Optional<Receipt> receipt(
            long organizationId, long purchaseId, String organizationName) {
        return purchases
                .find(organizationId, purchaseId)
                .filter(stored -> stored.purchase().state() == Purchase.State.PAID)
                .map(stored -> Purchases.receipt(stored, organizationName));
    }

    /** The cards to try in the sandbox, for the page; empty when the processor is a real one. */
    public List<TestCard> testCards() {
        return processor.testCards();
    }

    /**
     * Compares in both directions, on one snapshot: every paid purchase with its one grant, and the
     * sandbox's charges with the purchases.
     */
    public Verification.Check verify(Handle snapshot) {
        return PurchaseVerification.run(snapshot, ledger);
    }

    /** Stops asking; what is still open is asked about after the next start. */
    @Override
    public void close() {
        open.close();
        calls.close();
    }
}
