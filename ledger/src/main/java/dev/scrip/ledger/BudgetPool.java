package dev.scrip.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A budget in one period for one subject: what its pool is of.
 *
 * @param budget the limit as it was set; its subject may be "each"
 * @param subject the one that this pool is of
 * @param endsAt null: never
 */
record BudgetPool(Budget budget, Subject subject, Instant startsAt, @Nullable Instant endsAt) {

    /** The pool in the period that holds a moment. */
    static BudgetPool at(Budget budget, Subject subject, Instant moment) {
        return new BudgetPool(
                budget, subject, budget.period().start(moment), budget.period().end(moment));
    }
}
