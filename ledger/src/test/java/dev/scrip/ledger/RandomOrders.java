package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.util.Random;
import java.util.Set;

/** What somebody may order in a random life. */
final class RandomOrders {

    private static final Subject[] SUBJECTS = {
        Subject.organization(),
        Subject.project(1),
        Subject.apiKey(11),
        Subject.member(20),
        Subject.endUser("ann"),
        Subject.each(Subject.Kind.PROJECT),
        Subject.each(Subject.Kind.END_USER)
    };

    private RandomOrders() {}

    /** A limit of any subject and period. */
    static Budget budget(long organization, Random random) {
        BudgetPeriod[] periods = BudgetPeriod.values();
        return new Budget(
                organization,
                0,
                SUBJECTS[random.nextInt(SUBJECTS.length)],
                periods[random.nextInt(periods.length)],
                random.nextInt(3) == 0 ? LimitKind.SOFT : LimitKind.HARD,
                Money.ofNanos(random.nextInt(6_000) + 1L));
    }

    /** Half of all grants are for everything. */
    static GrantScope scope(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new GrantScope(Set.of("small"), Set.of());
            case 1 -> new GrantScope(Set.of(), Set.of(1L));
            case 2 -> new GrantScope(Set.of("small", "large"), Set.of(2L));
            default -> GrantScope.ANY;
        };
    }
}
