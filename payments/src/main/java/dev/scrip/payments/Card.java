package dev.scrip.payments;

import java.time.Instant;
import java.time.YearMonth;

/** A card as this server knows it: the processor's name for it, and what may be shown. */
public record Card(
        long organizationId,
        long id,
        String brand,
        String last4,
        YearMonth expiry,
        String holder,
        BillingAddress address,
        boolean isDefault,
        Instant createdAt) {

    /** True when the month on the card is over everywhere on earth. */
    public boolean isExpired(Instant at) {
        return CardCheck.isOver(expiry, at);
    }
}
