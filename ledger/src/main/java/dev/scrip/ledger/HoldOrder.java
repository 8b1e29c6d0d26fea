package dev.scrip.ledger;

import dev.scrip.ledger.DurableHold.OnExpiry;
import dev.scrip.money.Money;
import java.time.Duration;

/**
 * What to set aside.
 *
 * @param model only a name here: credit may be bound to it; empty: none
 * @param amount positive
 * @param lasts until it expires
 * @param note for people
 */
public record HoldOrder(
        OperationKey key,
        Payer payer,
        String model,
        Money amount,
        Duration lasts,
        OnExpiry onExpiry,
        String note) {

    public HoldOrder {
        if (!amount.isPositive()) {
            throw new IllegalArgumentException("a hold must be positive: " + amount);
        }
        requireLasting(lasts);
    }

    static void requireLasting(Duration lasts) {
        if (lasts.isNegative() || lasts.isZero()) {
            throw new IllegalArgumentException("a hold must last: " + lasts);
        }
    }
}
