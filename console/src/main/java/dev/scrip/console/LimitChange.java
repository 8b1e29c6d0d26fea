package dev.scrip.console;

import dev.scrip.ledger.LimitKind;
import dev.scrip.money.Money;
import java.util.Locale;
import java.util.Optional;

/**
 * A limit as it is and as it is to be; an empty amount is no limit.
 *
 * @param spent in the current month
 */
public record LimitChange(
        LimitKind kind, Optional<Money> before, Optional<Money> amount, Money spent) {

    public boolean isHard() {
        return kind == LimitKind.HARD;
    }

    public boolean isRemoval() {
        return amount.isEmpty();
    }

    /** The new limit is reached the moment it is set. */
    public boolean isReachedAtOnce() {
        return amount.isPresent() && !spent.isLessThan(amount.get());
    }

    /** "monthly hard limit". */
    public String name() {
        return "monthly %s limit".formatted(path());
    }

    /** The question's heading. */
    public String heading() {
        String what = "the %s".formatted(name());
        return isRemoval() ? "Remove " + what : (before.isEmpty() ? "Set " : "Change ") + what;
    }

    /** What is left to spend this month under the new limit. */
    public Money left() {
        return amount.map(set -> set.minus(spent).max(Money.ZERO)).orElse(Money.ZERO);
    }

    /** The limit's name in addresses. */
    public String path() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
