package dev.scrip.payments;

import dev.scrip.money.Money;

/** The answer to a {@link PurchaseOrder}; the same for ever for the same key. */
public sealed interface PurchaseOutcome {

    record Paid(Purchase purchase) implements PurchaseOutcome {}

    /** Not paid; {@code purchase.reason()} says why and what to do. */
    record Declined(Purchase purchase) implements PurchaseOutcome {}

    /** The bank asks the customer to confirm on this page of ours or the processor's. */
    record Confirm(Purchase purchase, String url) implements PurchaseOutcome {}

    /** The processor has not answered yet; it will be asked until it does. Nothing to do again. */
    record Pending(Purchase purchase) implements PurchaseOutcome {}

    /** Below or above what may be bought at once, or finer than a cent. */
    record OutOfRange(Money min, Money max) implements PurchaseOutcome {}

    /** The organization has no such card, or not any more. */
    record NoSuchCard() implements PurchaseOutcome {}

    /** The key was used with another amount or card. */
    record KeyReused(Purchase purchase) implements PurchaseOutcome {}
}
