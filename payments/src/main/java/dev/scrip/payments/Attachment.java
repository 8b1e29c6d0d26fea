package dev.scrip.payments;

/** A processor's answer to a card that it was handed. */
public sealed interface Attachment {

    /**
     * @param token the processor's name for the card, used to charge it
     * @param fingerprint the same for the same card, so that it is not kept twice
     */
    record Attached(String token, String fingerprint) implements Attachment {}

    /**
     * The processor does not take this card; field and reason as in {@link CardOutcome.Refused}.
     */
    record Refused(String field, String reason) implements Attachment {}

    /** The processor did not answer. */
    record Unavailable() implements Attachment {}
}
