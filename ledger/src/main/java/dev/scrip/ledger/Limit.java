package dev.scrip.ledger;

import dev.scrip.money.Money;

/**
 * A budget of an organization for each calendar month in UTC.
 *
 * @param kind hard: requests are refused at it; soft: it is only told
 */
public record Limit(long organizationId, LimitKind kind, Money amount) {

    public Limit {
        if (amount.isNegative()) {
            throw new IllegalArgumentException("a limit must not be negative: " + amount);
        }
    }
}
