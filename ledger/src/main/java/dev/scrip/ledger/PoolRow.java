package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pool's counters, inside the transaction that holds its organization's lock. What is charged
 * lowers {@code funded}; what leases report lowers {@code leased}; the two meet in one transaction.
 */
final class PoolRow {

    /** The pool of every organization that is its wallet. */
    static final long WALLET = 0;

    final PoolId id;
    final Pool.Kind kind;
    final Instant periodStartsAt;
    final @Nullable Instant periodEndsAt;
    final @Nullable Budget budget;
    final boolean closed;
    private Money funded;
    private Money leased;
    private Money held;
    private boolean told;
    private boolean changed;

    PoolRow(Fixed fixed, Money funded, Money leased, Money held, boolean told) {
        this.id = fixed.id;
        this.kind = fixed.kind;
        this.periodStartsAt = fixed.periodStartsAt;
        this.periodEndsAt = fixed.periodEndsAt;
        this.budget = fixed.budget;
        this.closed = fixed.closed;
        this.funded = funded;
        this.leased = leased;
        this.held = held;
        this.told = told;
    }

    /**
     * What a settlement does not change.
     *
     * @param budget of a budget's pool, with the subject that this pool is of; else null
     * @param closed the limit was removed: it binds nobody any more
     */
    record Fixed(
            PoolId id,
            Pool.Kind kind,
            Instant periodStartsAt,
            @Nullable Instant periodEndsAt,
            @Nullable Budget budget,
            boolean closed) {}

    Money funded() {
        return funded;
    }

    Money leased() {
        return leased;
    }

    Money held() {
        return held;
    }

    /** What leases and durable holds have set aside. */
    Money outstanding() {
        return leased.plus(held);
    }

    boolean told() {
        return told;
    }

    boolean changed() {
        return changed;
    }

    /** What no lease or hold has; never below zero, though a budget may be overdrawn. */
    Money free() {
        return funded.minus(outstanding()).max(Money.ZERO);
    }

    /** Does its period hold this moment? */
    boolean covers(Instant moment) {
        Instant end = periodEndsAt;
        return !moment.isBefore(periodStartsAt) && (end == null || moment.isBefore(end));
    }

    void fund(Money amount) {
        funded = funded.plus(amount);
        changed |= !amount.isZero();
    }

    void lease(Money amount) {
        leased = leased.plus(amount);
        changed |= !amount.isZero();
    }

    void unlease(Money amount) {
        leased = leased.minus(amount);
        changed |= !amount.isZero();
    }

    void hold(Money amount) {
        held = held.plus(amount);
        changed |= !amount.isZero();
    }

    void unhold(Money amount) {
        held = held.minus(amount);
        changed |= !amount.isZero();
    }

    void tell(boolean nowTold) {
        changed |= told != nowTold;
        told = nowTold;
    }
}
