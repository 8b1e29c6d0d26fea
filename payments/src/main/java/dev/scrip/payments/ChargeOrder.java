package dev.scrip.payments;

import dev.scrip.money.Money;

/**
 * Asks a processor for money.
 *
 * @param key the purchase's public id
 * @param token the processor's name for the card
 * @param amount positive, in whole cents
 */
public record ChargeOrder(String key, String token, Money amount) {}
