package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A hold that lives in the database until it ends, once: captured + released = amount then.
 *
 * @param model only a name here: credit may be bound to it; empty: none
 * @param amount all that is or was set aside
 * @param heldAt decides which grants it may burn and the periods it counts in
 * @param expiresAt from this moment it can be neither captured, extended nor released
 * @param endedAt null: it has not been ended yet
 */
public record DurableHold(
        Payer payer,
        long holdId,
        String model,
        String note,
        Money amount,
        Money captured,
        Money released,
        State state,
        Instant heldAt,
        Instant expiresAt,
        OnExpiry onExpiry,
        @Nullable Instant endedAt) {

    /** Where a hold is in its life. */
    public enum State {
        OPEN,
        CAPTURED,
        RELEASED,
        /** Its time is over: captured or released as {@link OnExpiry} says. */
        EXPIRED
    }

    /** What happens to a hold that nobody ended in time. */
    public enum OnExpiry {
        /** Nothing is charged. */
        RELEASE,
        /** All of it is charged. */
        CAPTURE
    }

    public long organizationId() {
        return payer.organizationId();
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isExpiredBy(Instant at) {
        return !at.isBefore(expiresAt);
    }

    /** As it is at a moment: one whose time is over counts as ended, booked or not. */
    DurableHold asOf(Instant at) {
        return isOpen() && isExpiredBy(at)
                ? ended(
                        State.EXPIRED,
                        onExpiry == OnExpiry.CAPTURE ? amount : Money.ZERO,
                        expiresAt)
                : this;
    }

    /** The same, ended. */
    DurableHold ended(State next, Money taken, Instant at) {
        return new DurableHold(
                payer,
                holdId,
                model,
                note,
                amount,
                taken,
                amount.minus(taken),
                next,
                heldAt,
                expiresAt,
                onExpiry,
                at);
    }

    /** The same with more set aside, for longer. */
    DurableHold extended(Money more, Instant until) {
        return with(amount.plus(more), until.isAfter(expiresAt) ? until : expiresAt);
    }

    private DurableHold with(Money newAmount, Instant newExpiry) {
        return new DurableHold(
                payer, holdId, model, note, newAmount, captured, released, state, heldAt, newExpiry,
                onExpiry, endedAt);
    }
}
