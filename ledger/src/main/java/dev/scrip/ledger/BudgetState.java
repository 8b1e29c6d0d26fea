package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit and how far it is used in the present period.
 *
 * @param spent settled spending; empty for a limit of each of many subjects
 * @param resetsAt the first instant of the next period; null: never
 */
public record BudgetState(
        Budget budget, Optional<Money> spent, Instant startsAt, @Nullable Instant resetsAt) {}
