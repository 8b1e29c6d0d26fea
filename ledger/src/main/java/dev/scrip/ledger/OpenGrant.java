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
    final long poolId;
    final GrantKind kind;
    final int priority;
    final Instant effectiveAt;
    final @Nullable Instant expiresAt;
    final String note;
    final Instant createdAt;
    private State state;
    private Money consumed;
    private Money expired;
    private Money revoked;
    private Money remaining;
    private @Nullable Instant revokedAt;
    private boolean changed;

    /** How many tries a draw has, each content with less. */
    static final int PASSES = 3;

    OpenGrant(Grant grant, long poolId, State state) {
        this.poolId = poolId;
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
        this.revoked = grant.revoked();
        this.revokedAt = grant.revokedAt();
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

    Money revoked() {
        return revoked;
    }

    @Nullable Instant revokedAt() {
        return revokedAt;
    }

    boolean isRevoked() {
        return revokedAt != null;
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

    /**
     * May a request held at this moment be charged to it? What is closing is kept for requests from
     * before its end, also for those from before its start: if they burned what is open instead,
     * later leases would find only what has ended.
     */
    private boolean covers(Instant heldAt) {
        boolean begun = state == State.CLOSING || !effectiveAt.isAfter(heldAt);
        return begun && hadNotEnded(heldAt);
    }

    /**
     * Of a revoked grant what leases had set aside then may still be used, whenever it is:
     * processes hear of a revocation only after it. If such requests burned other grants instead,
     * those would lack what later leases rely on.
     */
    private boolean hadNotEnded(Instant heldAt) {
        return expiresAt == null || heldAt.isBefore(expiresAt);
    }

    /**
     * May a request held at this moment be charged to it?
     *
     * @param pass 0: only if it was in force then; 1: if it had not ended then; 2: if it is there
     */
    boolean serves(Instant heldAt, int pass) {
        return switch (pass) {
            case 0 -> counts() && covers(heldAt);
            case 1 -> counts() && hadNotEnded(heldAt);
            default -> counts();
        };
    }

    /** Will it end? */
    boolean expires() {
        return expiresAt != null || revokedAt != null;
    }

    /** Its revocation, its expiry, or the end of time. */
    Instant end() {
        Instant expiry = expiresAt == null ? Instant.MAX : expiresAt;
        Instant revocation = revokedAt == null ? Instant.MAX : revokedAt;
        return revocation.isBefore(expiry) ? revocation : expiry;
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

    /** Ends it at that moment, before its time. */
    void revokeAt(Instant at) {
        revokedAt = at;
        changed = true;
    }

    void revoke(Money amount) {
        revoked = revoked.plus(amount);
        take(amount);
        if (state == State.SCHEDULED) {
            moveTo(State.DONE);
        }
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
