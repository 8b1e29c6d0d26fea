package dev.scrip.payments;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One purchase of credit, from its first moment.
 *
 * @param receiptNumber given when it is paid
 * @param reason why it failed, for the customer: what happened and what to do next
 */
public record Purchase(
        long organizationId,
        long id,
        Money amount,
        State state,
        String cardBrand,
        String cardLast4,
        Instant createdAt,
        @Nullable Instant endedAt,
        @Nullable String receiptNumber,
        @Nullable String reason) {

    /** How a purchase's id is written in public: {@code pur_...}. */
    public static final String PREFIX = "pur_";

    /** Where it is. Only PENDING and CONFIRMING can still change. */
    public enum State {
        /** The processor was or will be asked; its answer is not known yet. */
        PENDING,
        /** The bank wants the customer to confirm. */
        CONFIRMING,
        /** Paid, and credited in the same transaction that says so. */
        PAID,
        /** Not paid; nothing was charged. */
        DECLINED
    }
}
