package dev.scrip.console;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A limit that is to be set or removed, and what that will do.
 *
 * @param whose "Project Web"
 * @param before the limit that it takes the place of; empty: there is none
 * @param amount empty: it is removed
 * @param spent in the present period; empty for a limit of each of many
 * @param resetsAt when it counts from zero again; null: never
 */
public record LimitPlan(
        Subject subject,
        String whose,
        BudgetPeriod period,
        LimitKind kind,
        Optional<Money> before,
        Optional<Money> amount,
        Optional<Money> spent,
        @Nullable Instant resetsAt) {

    public boolean isHard() {
        return kind == LimitKind.HARD;
    }

    public boolean isRemoval() {
        return amount.isEmpty();
    }

    public boolean isForEach() {
        return subject.isEach();
    }

    /** It is reached the moment it is set. */
    public boolean isReachedAtOnce() {
        return amount.isPresent() && spent.isPresent() && !spent.get().isLessThan(amount.get());
    }

    /** It refuses from the moment it is set. */
    public boolean isDanger() {
        return isHard() && isReachedAtOnce();
    }

    /** What is left to spend in the present period. */
    public Money left() {
        return amount.orElse(Money.ZERO).minus(spent.orElse(Money.ZERO)).max(Money.ZERO);
    }

    /** The question's heading. */
    public String heading() {
        return (isRemoval() ? "Remove" : before.isEmpty() ? "Set" : "Change")
                + " the "
                + (isHard() ? "hard" : "soft")
                + " limit";
    }

    /** Whose, within a sentence. */
    public String ofWhom() {
        return LimitSubjects.startSmall(whose);
    }

    public String periodName() {
        return period == BudgetPeriod.LIFETIME
                ? "All time: it never counts from zero again"
                : "A " + LimitSubjects.startSmall(LimitForm.name(period)) + " (calendar, UTC)";
    }

    /** "today". */
    public String now() {
        return LimitRow.now(period);
    }

    /** "a day". */
    public String each() {
        return LimitRow.each(period);
    }
}
