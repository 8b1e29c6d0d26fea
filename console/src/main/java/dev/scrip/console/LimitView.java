package dev.scrip.console;

import dev.scrip.money.Money;
import java.util.Optional;

/**
 * A limit beside what was spent.
 *
 * @param percent of the limit, rounded down; more than 100 when it was lowered below the spending
 */
public record LimitView(Optional<Money> amount, Money left, long percent) {

    static LimitView of(Optional<Money> limit, Money spent) {
        return limit.map(
                        amount ->
                                new LimitView(
                                        limit,
                                        amount.minus(spent).max(Money.ZERO),
                                        amount.isPositive() ? spent.shareOf(amount, 100) : 100))
                .orElse(new LimitView(limit, Money.ZERO, 0));
    }

    public boolean isReached() {
        return amount.isPresent() && !left.isPositive();
    }

    /** Worth a colour. */
    public boolean isNear() {
        return amount.isPresent() && percent >= 80;
    }
}
