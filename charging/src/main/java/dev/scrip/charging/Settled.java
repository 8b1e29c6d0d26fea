package dev.scrip.charging;

import dev.scrip.money.Money;
import dev.scrip.pricing.Charge;

/**
 * A charge that is durable.
 *
 * @param amount what was booked: the charge, cut to the hold
 * @param balanceAfter the wallet's credit after it
 */
public record Settled(Charge charge, Money amount, Money balanceAfter) {}
