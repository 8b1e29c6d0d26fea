package dev.scrip.payments;

import dev.scrip.money.Money;

/** What may be bought at once: any amount between the two, in whole cents. */
public record PurchasePolicy(Money min, Money max) {

    boolean allows(Money amount) {
        return !amount.isLessThan(min) && !max.isLessThan(amount) && isWholeCents(amount);
    }

    private static boolean isWholeCents(Money amount) {
        return amount.toDollars().stripTrailingZeros().scale() <= 2;
    }
}
