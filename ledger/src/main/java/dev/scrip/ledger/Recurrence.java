package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credit that is granted again in every calendar period (UTC).
 *
 * @param recurrenceId 0 before it is set
 * @param key the caller's idempotency key, unique in the organization
 * @param period not {@link BudgetPeriod#LIFETIME}
 * @param priority lower is used first
 * @param carriesOver what is left at a period's end stays; else it expires
 * @param nextAt when the next credit takes effect that is not granted yet; null: it has ended
 * @param endsAt nothing takes effect at or after this moment; null: it goes on
 * @param note for people
 */
public record Recurrence(
        long organizationId,
        long recurrenceId,
        String key,
        BudgetPeriod period,
        Money amount,
        int priority,
        GrantScope scope,
        boolean carriesOver,
        @Nullable Instant nextAt,
        @Nullable Instant endsAt,
        String note) {

    public Recurrence {
        if (!amount.isPositive() || period == BudgetPeriod.LIFETIME) {
            throw new IllegalArgumentException(
                    "recurring credit is a positive amount a day, week or month: " + amount);
        }
    }

    /** Does it still grant anything? */
    public boolean goesOn() {
        return nextAt != null;
    }

    /** Are they the same but for what time has changed? */
    boolean sameOrder(Recurrence other) {
        return period == other.period
                && amount.equals(other.amount)
                && priority == other.priority
                && scope.equals(other.scope)
                && carriesOver == other.carriesOver
                && note.equals(other.note);
    }

    /** The credit that takes effect at {@code start}. */
    GrantOrder order(Instant start) {
        return new GrantOrder(
                organizationId,
                keyPrefix() + start,
                GrantKind.RECURRING,
                amount,
                priority,
                scope,
                start,
                carriesOver ? null : period.end(start),
                note);
    }

    /** How the keys of its grants begin. */
    String keyPrefix() {
        return "recurring:" + recurrenceId + ":";
    }

    /** When the credit after that of {@code start} takes effect; null: there is no more. */
    @Nullable Instant after(Instant start) {
        Instant next = period.end(start);
        return next == null || (endsAt != null && !next.isBefore(endsAt)) ? null : next;
    }
}
