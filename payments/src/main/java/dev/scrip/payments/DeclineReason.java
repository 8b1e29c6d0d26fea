package dev.scrip.payments;

/**
 * Why a purchase was not paid. The one place for what the customer reads: what happened, that
 * nothing was charged, and what to do next. Purchases store the name, so a name stays for ever.
 */
public enum DeclineReason {
    INSUFFICIENT_FUNDS(
            "The card does not have enough money for this amount.",
            "Buy a smaller amount, or use another card."),
    CARD_DECLINED(
            "The bank declined the payment and did not say why.",
            "Use another card, or ask your bank, which sees the reason."),
    LIMIT_EXCEEDED(
            "The payment goes beyond the limit your bank set for this card.",
            "Buy a smaller amount, wait until the limit starts anew, or use another card."),
    EXPIRED_CARD("The card has expired.", "Add the new card, or use another one."),
    WRONG_CVC(
            "The security code (CVC) is not the one of this card.",
            "Remove the card and add it again with the code printed on it."),
    PROCESSING_ERROR(
            "The payment processor met an error of its own.",
            "Buy again in a minute; if it happens again, use another card."),
    SUSPECTED_FRAUD(
            "The payment processor blocked the payment, because it looked like fraud to it.",
            "Switch off any VPN or proxy, check that the card's name and billing address are right,"
                    + " and buy again, or use another card."),
    ADDRESS_MISMATCH(
            "The billing address or postal code is not the one your bank has for this card.",
            "Add the card again with the address on your bank statement."),
    CARD_REMOVED("The card was removed before it was charged.", "Buy again with another card."),
    CONFIRMATION_DENIED(
            "The payment was not confirmed with your bank.",
            "Buy again and confirm it when your bank asks, or use another card."),
    CONFIRMATION_ABANDONED(
            "Your bank asked for a confirmation and had none within 30 minutes.",
            "Buy again and confirm it when your bank asks."),
    PROCESSOR_UNREACHABLE(
            "The payment processor could not be reached for an hour, so the payment was called off.",
            "Buy again.");

    private final String happened;
    private final String next;

    DeclineReason(String happened, String next) {
        this.happened = happened;
        this.next = next;
    }

    /** What happened. */
    public String happened() {
        return happened;
    }

    /** What to do next. */
    public String next() {
        return next;
    }

    /** All that the customer is told. */
    public String message() {
        return happened + " Nothing was charged. " + next;
    }
}
