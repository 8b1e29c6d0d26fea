package dev.scrip.payments;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's published test cards: the numbers that developers know from Stripe's test mode, and
 * one of our own for a processor that answers late.
 */
enum SandboxCard {
    VISA("4242 4242 4242 4242", "Visa", "Pays."),
    VISA_DEBIT("4000 0566 5566 5556", "Visa", "Pays."),
    MASTERCARD("5555 5555 5555 4444", "Mastercard", "Pays."),
    MASTERCARD_SECOND_SERIES("2223 0031 2200 3222", "Mastercard", "Pays."),
    AMERICAN_EXPRESS("3782 822463 10005", "American Express", "Pays; its CVC has 4 digits."),
    DISCOVER("6011 1111 1111 1117", "Discover", "Pays."),
    INSUFFICIENT_FUNDS(
            "4000 0000 0000 9995",
            DeclineReason.INSUFFICIENT_FUNDS,
            "Is declined: not enough money on the card."),
    DECLINED(
            "4000 0000 0000 0002",
            DeclineReason.CARD_DECLINED,
            "Is declined by the bank without a reason."),
    LIMIT_EXCEEDED(
            "4000 0000 0000 6975",
            DeclineReason.LIMIT_EXCEEDED,
            "Is declined: beyond the card's limit."),
    EXPIRED("4000 0000 0000 0069", DeclineReason.EXPIRED_CARD, "Is declined: expired."),
    WRONG_CVC("4000 0000 0000 0127", DeclineReason.WRONG_CVC, "Is declined: wrong CVC."),
    PROCESSING_ERROR(
            "4000 0000 0000 0119",
            DeclineReason.PROCESSING_ERROR,
            "Is declined: the processor meets an error."),
    BLOCKED_AS_FRAUD(
            "4100 0000 0000 0019",
            DeclineReason.SUSPECTED_FRAUD,
            "Is blocked: the processor suspects fraud."),
    ADDRESS_MISMATCH(
            "4000 0000 0000 0036",
            DeclineReason.ADDRESS_MISMATCH,
            "Is declined: the postal code does not match."),
    CONFIRMS(
            "4000 0027 6000 3184",
            "Visa",
            Behaviour.ASKS_FOR_CONFIRMATION,
            null,
            "The bank asks for a confirmation (3-D Secure); confirmed, it pays."),
    CONFIRMS_THEN_DECLINED(
            "4000 0084 0000 1629",
            "Visa",
            Behaviour.ASKS_FOR_CONFIRMATION,
            DeclineReason.CARD_DECLINED,
            "The bank asks for a confirmation (3-D Secure), then declines all the same."),
    ANSWERS_LATE(
            "4000 0000 0000 0408",
            "Visa",
            Behaviour.ANSWERS_LATE,
            null,
            "Pays, but the processor's answer comes half a minute late: the purchase is pending"
                    + " first.");

    /** How the sandbox deals with a charge. */
    enum Behaviour {
        ANSWERS,
        ASKS_FOR_CONFIRMATION,
        ANSWERS_LATE
    }

    private final String number;
    private final String brand;
    private final Behaviour behaviour;
    private final @Nullable DeclineReason decline;
    private final String does;

    SandboxCard(String number, String brand, String does) {
        this(number, brand, Behaviour.ANSWERS, null, does);
    }

    SandboxCard(String number, DeclineReason decline, String does) {
        this(number, "Visa", Behaviour.ANSWERS, decline, does);
    }

    SandboxCard(
            String number,
            String brand,
            Behaviour behaviour,
            @Nullable DeclineReason decline,
            String does) {
        this.number = number;
        this.brand = brand;
        this.behaviour = behaviour;
        this.decline = decline;
        this.does = does;
    }

    /** The test card of a number of digits alone. */
    static Optional<SandboxCard> of(String digits) {
        return Arrays.stream(values())
                .filter(card -> card.number.replace(" ", "").equals(digits))
                .findFirst();
    }

    TestCard published() {
        return new TestCard(number, brand, does);
    }

    Behaviour behaviour() {
        return behaviour;
    }

    /** Why it is not paid in the end; empty: it is. */
    Optional<DeclineReason> decline() {
        return Optional.ofNullable(decline);
    }
}
