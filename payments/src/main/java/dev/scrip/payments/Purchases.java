package dev.scrip.payments;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Ledger;
import dev.scrip.notifications.Outbox;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of purchases: written before the processor is asked, and once more with its answer,
 * together with the credit, the receipt and its mail. The first answer that ends a purchase stands.
 */
final class Purchases {

    private static final Logger log = LoggerFactory.getLogger(Purchases.class);
    private static final Duration ASK_AGAIN_FIRST = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN_AT_MOST = Duration.ofMinutes(5);

    /** How long a payment is tried; {@link DeclineReason#PROCESSOR_UNREACHABLE} says it. */
    private static final Duration PENDING_FOR = Duration.ofHours(1);

    /** How long a bank's question stands; {@link DeclineReason#CONFIRMATION_ABANDONED} says it. */
    private static final Duration CONFIRMING_FOR = Duration.ofMinutes(30);

    private final Database database;
    private final Ledger ledger;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Duration askLimit;

    Purchases(
            Database database,
            Ledger ledger,
            Outbox outbox,
            InstantSource clock,
            Duration askLimit) {
        this.database = database;
        this.ledger = ledger;
        this.outbox = outbox;
        this.clock = clock;
        this.askLimit = askLimit;
    }

    /** As exact as the database keeps it, so that what is compared later is equal. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Writes a new purchase, or finds the one that was made with the same key. */
    StoredPurchase place(PurchaseOrder order, CardStore.StoredCard card) {
        Instant now = now();
        return database.transaction(
                tx -> {
                    PurchaseStore.insert(
                            tx,
                            order,
                            Ids.next(),
                            card,
                            now,
                            now.plus(askLimit).plus(ASK_AGAIN_FIRST));
                    return PurchaseStore.byKey(tx, order.organizationId(), order.key())
                            .orElseThrow();
                });
    }

    /** Writes what the processor says; a purchase that has ended stays as it is. */
    void apply(long organizationId, long purchaseId, ChargeAnswer answer) {
        database.execute(
                tx -> {
                    StoredPurchase stored =
                            PurchaseStore.lock(tx, organizationId, purchaseId).orElseThrow();
                    if (stored.isOpen()) {
                        apply(tx, stored, answer);
                    } else {
                        logContradiction(stored, answer);
                    }
                });
    }

    private static void logContradiction(StoredPurchase stored, ChargeAnswer answer) {
        if (stored.purchase().state() == Purchase.State.DECLINED
                && answer instanceof ChargeAnswer.Succeeded(String charge)) {
            log.error(
                    "purchase {} was declined, but the processor charged it: {}",
                    stored.processorKey(),
                    charge);
        }
    }

    private void apply(Handle tx, StoredPurchase stored, ChargeAnswer answer) {
        switch (answer) {
            case ChargeAnswer.Succeeded(String charge) -> pay(tx, stored, charge);
            case ChargeAnswer.Declined(DeclineReason reason) -> decline(tx, stored, reason);
            case ChargeAnswer.Cancelled _ ->
                    decline(
                            tx,
                            stored,
                            stored.confirmingSince() == null
                                    ? DeclineReason.PROCESSOR_UNREACHABLE
                                    : DeclineReason.CONFIRMATION_ABANDONED);
            case ChargeAnswer.ConfirmationNeeded _ -> {
                if (stored.purchase().state() == Purchase.State.PENDING) {
                    Instant now = now();
                    PurchaseStore.confirming(tx, stored.purchase(), now, now.plus(ASK_AGAIN_FIRST));
                }
            }
            case ChargeAnswer.Unknown(String cause) ->
                    log.warn("purchase {} has no answer yet: {}", stored.processorKey(), cause);
        }
    }

    private void pay(Handle tx, StoredPurchase stored, String charge) {
        Purchase purchase = stored.purchase();
        Instant now = now();
        GrantOrder order =
                new GrantOrder(
                        purchase.organizationId(),
                        "purchase:" + stored.processorKey(),
                        GrantKind.PURCHASE,
                        purchase.amount(),
                        GrantOrder.PRIORITY_DEFAULT,
                        now,
                        null,
                        "Purchase, " + purchase.cardBrand() + " ending in " + purchase.cardLast4());
        long grantId =
                switch (ledger.grant(tx, order)) {
                    case GrantOutcome.Granted(var grant) -> grant.grantId();
                    case GrantOutcome.AlreadyGranted(var grant) -> grant.grantId();
                    case GrantOutcome.KeyReused(var grant) ->
                            throw new IllegalStateException(
                                    "another grant has this purchase's key: " + grant);
                };
        StoredPurchase.Payment payment =
                new StoredPurchase.Payment(
                        charge, grantId, ledger.balance(tx, purchase.organizationId()).credit());
        int year = now.atOffset(ZoneOffset.UTC).getYear();
        String receiptNumber = "R-%d-%06d".formatted(year, PurchaseStore.nextReceipt(tx, year));
        PurchaseStore.paid(tx, purchase, payment, receiptNumber, now);
        outbox.send(tx, Mails.receipt(find(tx, purchase).orElseThrow()));
        log.info("purchase {} is paid, receipt {}", stored.processorKey(), receiptNumber);
    }

    /** Whoever was answered "pending" is not on the page any more, so a mail tells the end. */
    private void decline(Handle tx, StoredPurchase stored, DeclineReason reason) {
        Purchase purchase = stored.purchase();
        Instant now = now();
        PurchaseStore.declined(tx, purchase, reason, now);
        boolean inBackground = !now.isBefore(purchase.createdAt().plus(askLimit));
        if (inBackground && purchase.state() == Purchase.State.PENDING) {
            outbox.send(tx, Mails.declined(stored, reason));
        }
        log.info("purchase {} is declined: {}", stored.processorKey(), reason);
    }

    Optional<StoredPurchase> find(long organizationId, long purchaseId) {
        return database.read(tx -> PurchaseStore.find(tx, organizationId, purchaseId));
    }

    private static Optional<StoredPurchase> find(Handle tx, Purchase purchase) {
        return PurchaseStore.find(tx, purchase.organizationId(), purchase.id());
    }

    Optional<StoredPurchase> byKey(long organizationId, String key) {
        return database.read(tx -> PurchaseStore.byKey(tx, organizationId, key));
    }

    List<Purchase> list(long organizationId, Optional<Long> beforeId, int limit) {
        return database.read(tx -> PurchaseStore.list(tx, organizationId, beforeId, limit));
    }

    /** The receipt of a paid purchase. */
    static Receipt receipt(StoredPurchase stored, String organizationName) {
        Purchase purchase = stored.purchase();
        return new Receipt(
                Objects.requireNonNull(purchase.receiptNumber()),
                Objects.requireNonNull(purchase.endedAt()),
                organizationName,
                Receipt.CREDIT,
                purchase.amount(),
                purchase.cardBrand(),
                purchase.cardLast4(),
                stored.means().holder(),
                stored.means().address(),
                Objects.requireNonNull(stored.payment()).balanceAfter());
    }

    /** Open purchases whose turn it is, each claimed by this process until its next turn. */
    List<StoredPurchase> claimOpen(String processor, int limit) {
        Instant now = now();
        return database.read(tx -> PurchaseStore.toAsk(tx, processor, now, limit)).stream()
                .filter(
                        open ->
                                database.transaction(
                                        tx -> PurchaseStore.postpone(tx, open, next(open, now))))
                .toList();
    }

    /** Whether an open purchase has been tried for long enough. */
    boolean isOverdue(StoredPurchase open) {
        return !clock.instant().isBefore(deadline(open));
    }

    private static Instant deadline(StoredPurchase open) {
        Instant since = open.confirmingSince();
        return since == null
                ? open.purchase().createdAt().plus(PENDING_FOR)
                : since.plus(CONFIRMING_FOR);
    }

    /** Twice as long after each time, up to a limit, but at the deadline if that comes first. */
    private static Instant next(StoredPurchase open, Instant now) {
        Duration wait = ASK_AGAIN_FIRST.multipliedBy(1L << Math.min(open.askedTimes(), 10));
        Instant next = now.plus(wait.compareTo(ASK_AGAIN_AT_MOST) < 0 ? wait : ASK_AGAIN_AT_MOST);
        Instant deadline = deadline(open);
        return deadline.isAfter(now) && deadline.isBefore(next) ? deadline : next;
    }
}
