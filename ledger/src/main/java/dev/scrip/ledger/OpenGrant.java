package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A grant that may still change, inside the transaction that holds its wallet's lock. */
final class OpenGrant {

    /** Where a grant is in its life. */
    enum State {
        /** Takes effect later; not part of the balance. */
        SCHEDULED,
        /** In force. */
        OPEN,
        /** Expired, but requests that began before may still be charged to it. */
        CLOSING,
        /** Nothing remains. */
        DONE
    }

    /**
     * The order in which grants are used: what is closing (only requests from before its expiry may
     * have it, and for those it is kept) by its end, then by priority, the soonest expiry, given
     * before paid, the oldest.
     */
    static final Comparator<OpenGrant> BURN_ORDER =
            Comparator.comparing((OpenGrant grant) -> grant.closingEnd())
                    .thenComparingInt(grant -> grant.priority)
                    .thenComparing(OpenGrant::end)
                    .thenComparing(grant -> grant.kind == GrantKind.PURCHASE)
                    .thenComparing(grant -> grant.createdAt)
                    .thenComparingLong(grant -> grant.grantId);

    final long grantId;
    final GrantKind kind;
    final int priority;
    final Instant effectiveAt;
    final @Nullable Instant expiresAt;
    final String note;
    final Instant createdAt;
    private State state;
    private Money consumed;
    private Money expired;
    private Money remaining;
    private boolean changed;

    OpenGrant(Grant grant, State state) {
        this.grantId = grant.grantId();
        this.kind = grant.kind();
        this.priority = grant.priority();
        this.effectiveAt = grant.effectiveAt();
        this.expiresAt = grant.expiresAt();
        this.note = grant.note();
        this.createdAt = grant.createdAt();
        this.state = state;
        this.consumed = grant.consumed();
        this.expired = grant.expired();
        this.remaining = grant.remaining();
    }

    State state() {
        return state;
    }

    Money consumed() {
        return consumed;
    }

    Money expired() {
        return expired;
    }

    Money remaining() {
        return remaining;
    }

    boolean changed() {
        return changed;
    }

    /** In force or closing: its remainder is part of the balance. */
    boolean counts() {
        return state == State.OPEN || state == State.CLOSING;
    }

    boolean startsBy(Instant at) {
        return state == State.SCHEDULED && !effectiveAt.isAfter(at);
    }

    boolean endsBy(Instant at) {
        return state == State.OPEN && !end().isAfter(at);
    }

    /** May a request held at this moment be charged to it? */
    boolean covers(Instant heldAt) {
        return counts() && !effectiveAt.isAfter(heldAt) && heldAt.isBefore(end());
    }

    /** Its expiry, or the end of time. */
    Instant end() {
        Instant expiry = expiresAt;
        return expiry == null ? Instant.MAX : expiry;
    }

    private Instant closingEnd() {
        return state == State.CLOSING ? end() : Instant.MAX;
    }

    void open() {
        moveTo(State.OPEN);
    }

    void close() {
        moveTo(State.CLOSING);
    }

    void consume(Money amount) {
        consumed = consumed.plus(amount);
        take(amount);
    }

    void expire(Money amount) {
        expired = expired.plus(amount);
        take(amount);
    }

    /** Nothing remains: it is done. */
    void finishIfEmpty() {
        if (counts() && remaining.isZero()) {
            moveTo(State.DONE);
        }
    }

    private void take(Money amount) {
        if (remaining.isLessThan(amount)) {
            throw new IllegalStateException("grant " + grantId + " has less than " + amount);
        }
        remaining = remaining.minus(amount);
        changed = true;
        finishIfEmpty();
    }

    private void moveTo(State next) {
        state = next;
        changed = true;
    }
}
