package dev.scrip.charging;

import dev.scrip.ledger.Budget;
import dev.scrip.ledger.Exchange.LeaseReport;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What this process may still spend from one pool: {@code granted = free + running + spent +
 * returned}, where {@code running} is what holds and charges that are not yet in a message have.
 *
 * <p>Holding and giving back need no lock; everything else is guarded by the lock of the
 * organization's lane. Inside, amounts are nano-dollars in a long, because they are compared and
 * set as one word.
 */
final class Lease {

    /** The lease covers this much of recent spending, so that it is extended before it is empty. */
    private static final long TARGET_MILLIS = 1_500;

    /** And twice what an answer takes, while that is more; within a bound. */
    private static final long TARGET_MILLIS_MAX = 6_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final long SEEK_PAUSE_NANOS = 20_000_000;
    private static final int SEEK_DOUBLINGS = 3;

    private final OrganizationLeases owner;
    private final PoolId id;

    /** What went back, but for what the tranches in {@link #tranches} count. */
    private final AtomicLong returnedBefore = new AtomicLong();

    /** The open one, and those whose returns must be told apart while something is pinned. */
    private final List<Tranche> tranches = new ArrayList<>();

    private final AtomicBoolean refillAsked = new AtomicBoolean();
    private final SpendingRate rate;
    private volatile Tranche tranche = Tranche.closed();
    private volatile long lowWater;

    /** The pool had nothing left at its last answer: what this lease lacks, another may give. */
    private volatile boolean dry;

    /** Requests wait for this lease. */
    private volatile boolean crowded;

    private Pool pool;
    private long granted;
    private long spent;
    private long reportedReturned;

    /** {@link LeaseState#pinnedGranted}. */
    private long pinnedGranted;

    private long answeredIn;
    private boolean underWay;
    private @Nullable LeaseState last;

    /** Answers in a row that had too little while other processes have some of it. */
    private int shortAnswers;

    private boolean seeking;
    private long soughtUntil;

    Lease(OrganizationLeases owner, Pool pool, long nanoTime) {
        this.owner = owner;
        this.id = pool.id();
        this.pool = pool;
        this.rate = new SpendingRate(nanoTime);
    }

    static long saturatedSum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long saturatedProduct(long amount, long factor) {
        return amount > Long.MAX_VALUE / factor ? Long.MAX_VALUE : amount * factor;
    }

    OrganizationLeases owner() {
        return owner;
    }

    PoolId id() {
        return id;
    }

    Pool pool() {
        return pool;
    }

    /** The ledger describes the pool anew: a limit may have been raised. */
    void describe(Pool as) {
        pool = as;
    }

    /** What is held from now; a hold is given back to the one that it came from. */
    Tranche tranche() {
        return tranche;
    }

    /** Takes an amount from what is free. Returns where it came from; null: it was not taken. */
    @Nullable Tranche tryHold(long amount, Instant heldAt, long nanoTime) {
        Tranche from = tranche;
        long left = from.tryHold(amount, heldAt, nanoTime);
        if (left < 0) {
            return null;
        }
        if (left < lowWater) {
            refill();
        }
        return from;
    }

    /**
     * Takes an amount, or what is free of it when its pool has no more. Returns what was taken; -1:
     * the ledger must be asked first.
     */
    long takeUpTo(Tranche from, long amount, Instant heldAt, long nanoTime) {
        long taken = from.takeUpTo(amount, heldAt, nanoTime);
        if (taken >= 0 && taken < amount && !dry) {
            giveBack(from, taken);
            return -1;
        }
        if (taken == amount && from.free() < lowWater) {
            refill();
        }
        return taken;
    }

    private void refill() {
        if (refillAsked.compareAndSet(false, true)) {
            owner.lane().refill(this);
        }
    }

    /**
     * Gives back what was held and not spent: usable at once, or, when the understanding under
     * which it was held has ended, on its way back to the pool.
     */
    void giveBack(Tranche from, long amount) {
        if (amount > 0 && !from.add(amount)) {
            countReturned(from, amount);
            owner.lane().mustReport(this);
        }
    }

    private void countReturned(Tranche of, long amount) {
        if (!of.countReturned(amount)) {
            returnedBefore.addAndGet(amount);
        }
    }

    private long returned() {
        long sum = returnedBefore.get();
        for (Tranche each : tranches) {
            sum += each.returned();
        }
        return sum;
    }

    /** Whether another credit lease may give what this one lacks. */
    boolean isDry(Instant at, long nanoTime) {
        return dry && tranche.mayHold(at, nanoTime);
    }

    boolean isCrowded() {
        return crowded;
    }

    void crowd(boolean byWaiting) {
        if (crowded != byWaiting) {
            crowded = byWaiting;
        }
    }

    /**
     * Other processes have been asked to give back what they do not use: asking again before that
     * can have happened is of no use.
     *
     * @return nano-time to ask again at
     */
    long seek(long nanoTime) {
        if (!seeking) {
            seeking = true;
            soughtUntil = nanoTime + (SEEK_PAUSE_NANOS << Math.min(shortAnswers, SEEK_DOUBLINGS));
            shortAnswers++;
        }
        return soughtUntil;
    }

    boolean isSeeking(long nanoTime) {
        return seeking && nanoTime - soughtUntil < 0;
    }

    /** Ends the present understanding: all that is free goes back. True if there was any. */
    boolean returnFree() {
        // The order matters: what is free is lowered before it is ever reported as returned.
        Tranche ended = tranche;
        long free = ended.close();
        countReturned(ended, free);
        return free > 0;
    }

    /** Returns what is far above the recent need, if that is known. True if there was any. */
    boolean trim(long nanoTime) {
        long target = target(nanoTime);
        if (target == 0) {
            return false;
        }
        long excess = tranche.lowerTo(saturatedProduct(target, 4));
        countReturned(tranche, excess);
        return excess > 0;
    }

    /** Counts a charge that joins the message being written. */
    void spend(long amount, long held, long nanoTime) {
        spent += amount;
        rate.add(held, nanoTime);
    }

    /** It is part of a message whose answer must be awaited. */
    void sent() {
        underWay = true;
    }

    /** The counters for a message, or null when the ledger knows them. */
    @Nullable LeaseReport report() {
        LeaseState known = last;
        if (known == null) {
            return null;
        }
        // What is read of the tranches is in what is read of them all after it.
        long since = 0;
        for (Tranche each : tranches) {
            since += each.returnedSinceReport();
        }
        reportedReturned = returned();
        Money spentNow = Money.ofNanos(spent);
        Money returnedNow = Money.ofNanos(reportedReturned);
        return known.spent().equals(spentNow) && known.returned().equals(returnedNow)
                ? null
                : new LeaseReport(
                        id,
                        spentNow,
                        returnedNow,
                        Money.ofNanos(since),
                        Money.ofNanos(pinnedGranted));
    }

    /** Whether the ledger must be asked before a request at that moment can hold this much. */
    boolean mustAsk(long amount, Instant at, long nanoTime) {
        Tranche current = tranche;
        return !current.mayHold(at, nanoTime) || current.free() < amount;
    }

    /** Of a limit: whether its period is the one that a moment is in. */
    boolean holdsPeriodOf(Instant moment) {
        Budget budget = pool.budget();
        return budget == null || Objects.equals(budget.period().end(moment), pool.endsAt());
    }

    /** Whether both are of one limit of one subject, in whatever period. */
    boolean isOfSameLimitAs(Lease other) {
        Budget one = pool.budget();
        Budget another = other.pool.budget();
        return one != null
                && another != null
                && one.budgetId() == another.budgetId()
                && one.subject().equals(another.subject());
    }

    /** Of a limit: whether its period is over. */
    boolean isPast(Instant at) {
        Instant end = pool.endsAt();
        return end != null && !at.isBefore(end);
    }

    boolean hasEnded(Instant at) {
        return tranche.hasEnded(at);
    }

    long free() {
        return tranche.free();
    }

    /** What is free and was not granted for before a moment. */
    long usable(Instant at) {
        return hasEnded(at) ? 0 : free();
    }

    /** What a lease of this spending should have free. */
    long target(long nanoTime) {
        long answer = owner.lane().answerNanos() / NANOS_PER_MILLI;
        long millis = Math.clamp(2 * answer, TARGET_MILLIS, TARGET_MILLIS_MAX);
        return saturatedProduct(rate.perSecond(nanoTime), millis) / 1000;
    }

    /**
     * Takes in the ledger's answer.
     *
     * @param current false when the credit or a limit changed after the question: what it granted
     *     goes straight back, and is asked for anew
     * @return whether something went back, which the ledger must be told
     */
    boolean learn(
            LeaseState state, long exchange, boolean current, long nanoTime, long freshUntil) {
        if (last == null) {
            // Nothing was ever held from it in this object: its past is what the ledger says.
            spent = state.spent().nanos();
            returnedBefore.set(state.returned().nanos());
            reportedReturned = returnedBefore.get();
            granted = Math.addExact(spent, reportedReturned);
        }
        long more = Math.subtractExact(state.granted().nanos(), granted);
        granted = state.granted().nanos();
        last = state;
        answeredIn = exchange;
        underWay = false;
        seeking = false;
        shortAnswers = more > 0 ? 0 : shortAnswers;
        dry = state.rest().free().isZero();
        refillAsked.set(false);
        boolean wentBack = learnPin(state.pinnedGranted().nanos());
        if (!current || state.frozen()) {
            wentBack |= returnFree();
            Tranche unused = newTranche(more, state, freshUntil);
            countReturned(unused, unused.close());
            tranche = unused;
            return more > 0 || wentBack;
        }
        if (tranche.isClosed()) {
            tranche = newTranche(more, state, freshUntil);
        } else {
            tranche.renew(state.endsAt(), freshUntil);
            if (!tranche.add(more)) {
                throw new IllegalStateException("a tranche was closed without the lane's lock");
            }
        }
        // Once the pool has little more to give, asking early would be asking for nothing.
        long target = target(nanoTime);
        lowWater = state.rest().free().nanos() < target ? 0 : target / 2;
        return wentBack;
    }

    /** A grant ended when so much had been granted: what was granted before is told apart. */
    private boolean learnPin(long grantedThen) {
        pinnedGranted = grantedThen;
        boolean wentBack = tranche.grantedBefore() < grantedThen && returnFree();
        tranches.removeIf(
                each -> {
                    boolean before = each.isClosed() && each.grantedBefore() < grantedThen;
                    if (before || (grantedThen == 0 && each.isClosed())) {
                        returnedBefore.addAndGet(each.countOut());
                        return true;
                    }
                    return false;
                });
        return wentBack;
    }

    private Tranche newTranche(long more, LeaseState state, long freshUntil) {
        Tranche next = new Tranche(more, granted - more, state.endsAt(), freshUntil);
        tranches.add(next);
        return next;
    }

    boolean wasAnsweredIn(long exchange) {
        return last != null && answeredIn == exchange;
    }

    boolean isFrozen() {
        return last != null && last.frozen();
    }

    /**
     * What a request could still get: free here, free in the pool by its last answer, and what was
     * given back since that answer.
     */
    Money available() {
        long inPool = last == null ? 0 : last.rest().free().nanos();
        long onItsWay = returned() - reportedReturned;
        return Money.ofNanos(saturatedSum(saturatedSum(free(), inPool), onItsWay));
    }

    /** {@link #available} as far as it is known; without limit where nothing is. */
    long mayGive(Instant at) {
        return last == null || hasEnded(at) ? Long.MAX_VALUE : available().nanos();
    }

    /** {@link #available} as far as it is known; nothing where nothing is. */
    long knownToGive(Instant at) {
        return last == null || hasEnded(at) ? 0 : available().nanos();
    }

    /** What other processes may give back of the pool, by its last answer. */
    Money elsewhere() {
        return last == null ? Money.ZERO : last.rest().elsewhere();
    }

    /** What others have set aside of the pool, by its last answer. */
    Money aside() {
        return last == null ? Money.ZERO : last.rest().aside();
    }

    /** Of a limit: what was charged to it in its period, by its last answer. */
    Money charged() {
        return last == null ? Money.ZERO : last.rest().charged();
    }

    /** What running requests hold, with the charges that are not yet in a message. */
    Money running() {
        return Money.ofNanos(Math.max(0, granted - free() - spent - returned()));
    }

    /** Nothing of it is here and the ledger knows: it can be forgotten. */
    boolean isOver() {
        LeaseState known = last;
        if (underWay) {
            return false;
        }
        return known == null
                || (granted == spent + returned()
                        && known.spent().nanos() == spent
                        && known.returned().nanos() == returned());
    }
}
