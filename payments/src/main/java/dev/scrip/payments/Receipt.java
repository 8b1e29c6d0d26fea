package dev.scrip.payments;

import dev.scrip.money.Money;
import java.time.Instant;

/**
 * What was bought, when and with what, for a page that can be printed.
 *
 * @param number readable and unique in the installation: {@code R-2026-000123}
 * @param line what was bought: "Prepaid API credit"
 * @param holder the card's holder at the time of the purchase
 * @param address the card's billing address at the time of the purchase
 * @param balanceAfter the wallet's credit right behind this purchase
 */
public record Receipt(
        String number,
        Instant date,
        String organizationName,
        String line,
        Money amount,
        String cardBrand,
        String cardLast4,
        String holder,
        BillingAddress address,
        Money balanceAfter) {

    static final String CREDIT = "Prepaid API credit";
}
