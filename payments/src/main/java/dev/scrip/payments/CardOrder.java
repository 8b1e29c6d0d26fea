package dev.scrip.payments;

/** What a person filled in to add a card. Lives only until the processor has it. */
public record CardOrder(
        long organizationId,
        String number,
        String expiry,
        String cvc,
        String holder,
        BillingAddress address) {

    @Override
    public String toString() {
        return "CardOrder[" + organizationId + "]"; // never the number
    }
}
