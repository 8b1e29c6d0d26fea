package dev.scrip.payments;

/** What a processor says of a charge. */
public sealed interface ChargeAnswer {

    /**
     * @param charge the processor's name for it, for its records
     */
    record Succeeded(String charge) implements ChargeAnswer {}

    /** Nothing was charged. */
    record Declined(DeclineReason reason) implements ChargeAnswer {}

    /** The bank wants the customer to confirm; {@link Processor#confirm} follows. */
    record ConfirmationNeeded() implements ChargeAnswer {}

    /** Ended by {@link Processor#cancel}; nothing was charged. */
    record Cancelled() implements ChargeAnswer {}

    /**
     * The processor did not answer, or does not know yet: it may or may not have charged.
     *
     * @param cause for the log
     */
    record Unknown(String cause) implements ChargeAnswer {}
}
