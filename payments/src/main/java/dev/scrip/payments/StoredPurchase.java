package dev.scrip.payments;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A purchase with what is not for its buyer's eyes.
 *
 * @param askedTimes how often the processor was asked again in the background
 * @param askAt when it is asked next; null: the purchase has ended
 * @param confirmingSince when the bank began to wait for the customer
 */
record StoredPurchase(
        Purchase purchase,
        Means means,
        String buyerEmail,
        int askedTimes,
        @Nullable Instant askAt,
        @Nullable Instant confirmingSince,
        @Nullable Payment payment) {

    /** The card that pays, as it was when the purchase was made. */
    record Means(
            long cardId, String processor, String token, String holder, BillingAddress address) {}

    /** How it was paid. */
    record Payment(String processorCharge, long grantId, Money balanceAfter) {}

    /** The purchase's name at the processor: one purchase, one charge. */
    String processorKey() {
        return Ids.print(Purchase.PREFIX, purchase.id());
    }

    ChargeOrder charge() {
        return new ChargeOrder(processorKey(), means.token(), purchase.amount());
    }

    boolean isOpen() {
        return switch (purchase.state()) {
            case PENDING, CONFIRMING -> true;
            case PAID, DECLINED -> false;
        };
    }

    boolean isOther(PurchaseOrder order) {
        return !purchase.amount().equals(order.amount()) || means.cardId() != order.cardId();
    }

    PurchaseOutcome outcome() {
        return switch (purchase.state()) {
            case PENDING -> new PurchaseOutcome.Pending(purchase);
            case CONFIRMING ->
                    new PurchaseOutcome.Confirm(
                            purchase, "/billing/purchases/" + processorKey() + "/confirm");
            case PAID -> new PurchaseOutcome.Paid(purchase);
            case DECLINED -> new PurchaseOutcome.Declined(purchase);
        };
    }
}
