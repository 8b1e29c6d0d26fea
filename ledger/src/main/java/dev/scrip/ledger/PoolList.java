package dev.scrip.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request must hold from: its amount from the credit pools together, the first before the
 * next, and its amount from each budget.
 *
 * @param credit the pools with credit that it may use: the narrowest scope first, the wallet last
 * @param budgets one pool for each hard limit above it
 * @param endsAt when the list must be asked for anew, for a limit's period ends; null: never
 * @param dependsOn what else of a payer or request decides the list, in this organization: where
 *     two requests agree in these, they have the same list
 */
public record PoolList(
        List<Pool> credit, List<Pool> budgets, @Nullable Instant endsAt, Set<Dimension> dependsOn) {

    /** What can make the lists of two requests of one organization differ. */
    public enum Dimension {
        PROJECT,
        API_KEY,
        MEMBER,
        END_USER,
        MODEL
    }

    public PoolList {
        credit = List.copyOf(credit);
        budgets = List.copyOf(budgets);
        dependsOn = Set.copyOf(dependsOn);
    }

    /** The same, valid until a moment. */
    PoolList until(@Nullable Instant end) {
        return new PoolList(credit, budgets, end, dependsOn);
    }
}
