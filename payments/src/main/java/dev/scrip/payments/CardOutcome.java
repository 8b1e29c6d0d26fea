package dev.scrip.payments;

/** The answer to a {@link CardOrder}. */
public sealed interface CardOutcome {

    record Added(Card card) implements CardOutcome {}

    /**
     * @param field the form field to put right: "number", "expiry", "cvc", "holder", "line",
     *     "city", "postalCode", "country"
     * @param reason what is wrong and what to do, as a sentence or two
     */
    record Refused(String field, String reason) implements CardOutcome {}

    /** The processor does not answer; nothing was kept. */
    record Unavailable(String reason) implements CardOutcome {}
}
