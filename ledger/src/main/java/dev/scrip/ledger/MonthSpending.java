package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;

/**
 * An organization's settled spending in the current calendar month (UTC), beside its limits.
 *
 * @param resetsAt the first instant of the next month
 */
public record MonthSpending(
        YearMonth month,
        Money spent,
        Optional<Money> hardLimit,
        Optional<Money> softLimit,
        Instant resetsAt) {}
