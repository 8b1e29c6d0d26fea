package dev.scrip.ledger;

import dev.scrip.ledger.Refusal.Reason;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operation was and what it was answered, kept for ever.
 *
 * @param refusal null: it was done
 * @param subjectId the hold, or the request that was charged; 0: none
 * @param amount of the hold after it, as are {@code captured}, {@code released} and {@code
 *     expiresAt}; or what was charged
 */
record Operation(
        long organizationId,
        OperationKey key,
        Kind kind,
        @Nullable Refusal refusal,
        long subjectId,
        long entryId,
        Money amount,
        Money captured,
        Money released,
        @Nullable Instant expiresAt,
        Money balance,
        Money available,
        Instant at) {

    static final String DONE = "DONE";

    /** What was asked. */
    enum Kind {
        HOLD,
        EXTEND,
        CAPTURE,
        RELEASE,
        USAGE;

        /** What a hold is after it. */
        DurableHold.State state() {
            return switch (this) {
                case HOLD, EXTEND -> DurableHold.State.OPEN;
                case CAPTURE -> DurableHold.State.CAPTURED;
                case RELEASE -> DurableHold.State.RELEASED;
                case USAGE -> throw new IllegalStateException("usage has no hold");
            };
        }
    }

    static Operation refused(
            long organizationId, OperationKey key, Kind kind, Refusal refusal, Instant at) {
        return new Operation(
                organizationId,
                key,
                kind,
                refusal,
                0,
                0,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                null,
                Money.ZERO,
                Money.ZERO,
                at);
    }

    static Operation done(OperationKey key, Kind kind, HoldOutcome.Done done, Instant at) {
        DurableHold hold = done.hold();
        return new Operation(
                hold.organizationId(),
                key,
                kind,
                null,
                hold.holdId(),
                done.entryId(),
                hold.amount(),
                hold.captured(),
                hold.released(),
                hold.expiresAt(),
                done.balance(),
                done.available(),
                at);
    }

    /** How the outcome stands in the table. */
    String outcome() {
        Refusal why = refusal;
        return why == null ? DONE : why.reason().name();
    }

    static @Nullable Refusal refusal(String outcome, Money needed, Money available, String detail) {
        return outcome.equals(DONE)
                ? null
                : new Refusal(Reason.valueOf(outcome), needed, available, detail);
    }

    /** Was this the same operation? */
    boolean isSame(Kind asked, OperationKey askedKey) {
        return kind == asked && key.equals(askedKey);
    }

    /** The answer to a hold's operation, again. */
    HoldOutcome holdOutcome(Optional<DurableHold> known) {
        Refusal why = refusal;
        Instant until = expiresAt;
        if (why != null) {
            return new HoldOutcome.Refused(why, true);
        }
        if (known.isEmpty() || until == null) {
            throw new IllegalStateException("no hold " + subjectId + " of operation " + key);
        }
        DurableHold now = known.get();
        DurableHold then =
                new DurableHold(
                        now.payer(),
                        now.holdId(),
                        now.model(),
                        now.note(),
                        amount,
                        captured,
                        released,
                        kind.state(),
                        now.heldAt(),
                        until,
                        now.onExpiry(),
                        kind.state() == DurableHold.State.OPEN ? null : at);
        return new HoldOutcome.Done(then, balance, available, entryId, true);
    }

    /** The answer to a usage order, again. */
    UsageOutcome usageOutcome() {
        Refusal why = refusal;
        return why != null
                ? new UsageOutcome.Refused(why, true)
                : new UsageOutcome.Charged(subjectId, amount, balance, entryId, at, true);
    }
}
