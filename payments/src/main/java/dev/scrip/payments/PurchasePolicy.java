package dev.scrip.payments;

import dev.scrip.money.Money;

/** What may be bought at once: any amount between the two, in whole cents. */
public record PurchasePolicy(Money min, Money max) {}
