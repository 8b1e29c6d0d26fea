package dev.scrip.payments;

import dev.scrip.money.Money;

/**
 * A wish to buy credit.
 *
 * @param key made when the page was shown: the same key buys once, however often it is sent
 * @param buyerEmail where the receipt goes
 */
public record PurchaseOrder(
        long organizationId,
        String key,
        Money amount,
        long cardId,
        long buyerUserId,
        String buyerEmail) {}
