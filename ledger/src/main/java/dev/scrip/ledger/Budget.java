package dev.scrip.ledger;

import dev.scrip.money.Money;

/**
 * A limit on what a subject may spend in each period.
 *
 * @param kind hard: requests are refused at it; soft: reaching it is told once in each period. A
 *     subject has at most one hard limit for a period, and any number of soft ones.
 */
public record Budget(
        long organizationId,
        long budgetId,
        Subject subject,
        BudgetPeriod period,
        LimitKind kind,
        Money amount) {

    public Budget {
        if (amount.isNegative()) {
            throw new IllegalArgumentException("a limit must not be negative: " + amount);
        }
    }
}
