package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one organization in this process, and the requests that wait for them to grow.
 * {@link #tryHold} and {@link #isCrowded} need no lock; everything else is guarded by the lane's.
 */
final class OrganizationLeases {

    /** An answer of fewer tokens helps nobody: such a request is refused instead of lowered. */
    static final long OUTPUT_TOKENS_USEFUL = 16;

    /** How exact the time of last use needs to be; spares the hot path a write. */
    private static final long USED_EXACTNESS_NANOS = 50_000_000;

    /** The leases that a request holds from, the wallet's first; until a budget's period ends. */
    private record Holdings(List<Lease> leases, @Nullable Instant endsAt) {}

    private final long organizationId;
    private final Lane lane;
    private volatile @Nullable Holdings holdings;
    private volatile boolean crowded;
    private volatile long usedAt;

    private final Map<PoolId, Lease> leases = new HashMap<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean refreshing;
    private long changes;

    OrganizationLeases(long organizationId, Lane lane, long nanoTime) {
        this.organizationId = organizationId;
        this.lane = lane;
        this.usedAt = nanoTime;
    }

    long organizationId() {
        return organizationId;
    }

    Lane lane() {
        return lane;
    }

    /** Holds a quote's ceiling from every pool at once, or from none and returns null. */
    @Nullable RunningHold tryHold(Payer payer, Quote quote, boolean lowered, Instant at) {
        Holdings from = holdings;
        if (from == null || (from.endsAt() != null && !at.isBefore(from.endsAt()))) {
            return null;
        }
        long nanoTime = System.nanoTime();
        if (nanoTime - usedAt > USED_EXACTNESS_NANOS) {
            usedAt = nanoTime;
        }
        Money amount = quote.ceiling();
        List<Lease> pools = from.leases();
        Tranche[] tranches = new Tranche[pools.size()];
        for (int pool = 0; pool < tranches.length; pool++) {
            Tranche tranche = pools.get(pool).tryHold(amount.nanos(), at, nanoTime);
            if (tranche == null) {
                undo(pools, tranches, pool, amount);
                return null;
            }
            tranches[pool] = tranche;
        }
        return new RunningHold(
                Ids.at(at), payer, quote, amount, at, lowered, this, pools, tranches);
    }

    private void undo(List<Lease> pools, Tranche[] tranches, int taken, Money amount) {
        for (int pool = 0; pool < taken; pool++) {
            Lease lease = pools.get(pool);
            if (!lease.giveBack(tranches[pool], amount.nanos())) {
                lane.mustReport(lease);
            }
        }
    }

    /** Others wait already: a request that came later must not pass them. */
    boolean isCrowded() {
        return crowded;
    }

    /** Puts a request at the end of the queue; false when that is full. */
    boolean enqueue(Waiting request, int waitingMax) {
        if (waiting.size() >= waitingMax) {
            return false;
        }
        waiting.add(request);
        // Set before the leases are looked at again: whoever releases after that look sees it.
        crowded = true;
        return true;
    }

    /**
     * Gives to the waiting requests, in order, what they can have now.
     *
     * @param answered the exchange whose answer was just taken in; 0: none
     */
    void serve(Instant at, long answered, Outcomes outcomes) {
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            RunningHold hold = tryHold(next.payer(), next.quote(), false, at);
            if (hold == null && next.isLowered()) {
                hold = tryHold(next.payer(), next.attempt(), true, at);
            }
            if (hold != null) {
                waiting.remove();
                outcomes.complete(next.admission(), new Admission.Held(hold));
                continue;
            }
            if (!next.wasAskedIn(answered)) {
                break;
            }
            switch (judge(next.quote(), at, answered)) {
                case Verdict.AskAgain() -> {
                    crowded = true;
                    return;
                }
                case Verdict.Fits(Quote fitting) -> {
                    if (next.isLowered() && fitting.equals(next.attempt())) {
                        return;
                    }
                    next.lowerTo(fitting);
                }
                case Verdict.Refused(Admission admission) -> {
                    waiting.remove();
                    outcomes.refuse(this, next, admission);
                }
                case Verdict.AtLimit(Money required) -> {
                    waiting.remove();
                    outcomes.refuseAtLimit(this, next, required);
                }
            }
        }
        crowded = !waiting.isEmpty();
    }

    private Verdict judge(Quote quote, Instant at, long answered) {
        Holdings from = holdings;
        if (from == null) {
            return new Verdict.AskAgain();
        }
        Money available = Money.ofNanos(Long.MAX_VALUE);
        for (Lease lease : from.leases()) {
            if (lease.hasEnded(at) || !lease.wasAnsweredIn(answered)) {
                continue; // nothing fresh is known of it; if it is short it is asked for next
            }
            if (lease.isFrozen()) {
                return new Verdict.Refused(new Admission.Frozen());
            }
            Money here = lease.available();
            if (here.isLessThan(quote.ceiling())
                    && quote.fit(here, OUTPUT_TOKENS_USEFUL).isEmpty()) {
                return refusal(lease, quote, here);
            }
            available = available.min(here);
        }
        if (!available.isLessThan(quote.ceiling())) {
            return new Verdict.AskAgain();
        }
        Optional<Quote> fitting = quote.fit(available, OUTPUT_TOKENS_USEFUL);
        return fitting.isPresent() ? new Verdict.Fits(fitting.get()) : new Verdict.AskAgain();
    }

    private static Verdict refusal(Lease lease, Quote quote, Money available) {
        long useful = Math.min(OUTPUT_TOKENS_USEFUL, quote.outputTokensMax());
        Money required = new Quote(quote.price(), quote.ask(), useful).ceiling();
        return switch (lease.pool().kind()) {
            case WALLET, SCOPED_CREDIT ->
                    new Verdict.Refused(
                            new Admission.InsufficientCredit(required, available, lease.running()));
            case BUDGET -> new Verdict.AtLimit(required);
        };
    }

    /** Which leases the waiting requests need extended, and by how much. */
    void demand(Batch batch, Instant at, long nanoTime) {
        Holdings from = holdings;
        Waiting first = waiting.peek();
        if (from == null || first == null) {
            return;
        }
        long total = 0;
        for (Waiting request : waiting) {
            total = Lease.saturatedSum(total, request.need().nanos());
            request.askedIn(batch.number());
        }
        long need = first.need().nanos();
        for (Lease lease : from.leases()) {
            if (lease.mustAsk(Math.max(need, total), at, nanoTime)) {
                batch.demand(lease, need, total, nanoTime);
            }
        }
    }

    /** Takes in the pools that requests hold from, as the ledger has just listed them. */
    void adopt(List<Pool> pools, long nanoTime) {
        List<Lease> held = new ArrayList<>();
        Instant endsAt = null;
        for (Pool pool : pools) {
            held.add(leases.computeIfAbsent(pool.id(), id -> new Lease(this, pool, nanoTime)));
            Instant end = pool.endsAt();
            if (end != null && (endsAt == null || end.isBefore(endsAt))) {
                endsAt = end;
            }
        }
        for (Lease lease : leases.values()) {
            if (!held.contains(lease) && lease.returnFree()) {
                lane.mustReport(lease);
            }
        }
        refreshing = false;
        holdings = new Holdings(List.copyOf(held), endsAt);
    }

    /** Whether the pools must be read before anything can be held. */
    boolean mustRefresh(Instant at) {
        Holdings from = holdings;
        return from == null || (from.endsAt() != null && !at.isBefore(from.endsAt()));
    }

    /** Marks a reading of the pools as under way; false when one is. */
    boolean beginRefresh() {
        boolean begun = !refreshing;
        refreshing = true;
        return begun;
    }

    void endRefresh() {
        refreshing = false;
    }

    /** Credit or limits changed: nothing known before counts. */
    void changed() {
        changes++;
        holdings = null;
        returnAll();
        for (Waiting request : waiting) {
            request.forgetAnswer();
        }
    }

    /** Counts the changes, so that an answer to an older question is known as such. */
    long changes() {
        return changes;
    }

    void returnAll() {
        for (Lease lease : leases.values()) {
            if (lease.returnFree()) {
                lane.mustReport(lease);
            }
        }
    }

    /** Takes out the requests whose time is up. */
    void giveUpLate(long nanoTime, String reason, Outcomes outcomes) {
        giveUp(request -> request.isLate(nanoTime), reason, outcomes);
    }

    void giveUpAll(String reason, Outcomes outcomes) {
        giveUp(request -> true, reason, outcomes);
    }

    private void giveUp(Predicate<Waiting> which, String reason, Outcomes outcomes) {
        for (Waiting first = waiting.peek();
                first != null && which.test(first);
                first = waiting.peek()) {
            waiting.remove();
            outcomes.refuse(this, first, new Admission.Unavailable(reason));
        }
        crowded = !waiting.isEmpty();
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /** Returns what is not needed and drops what is over. True when the whole can be forgotten. */
    boolean sweep(long nanoTime, long idleNanos) {
        boolean idle = waiting.isEmpty() && !refreshing && nanoTime - usedAt > idleNanos;
        if (idle) {
            returnAll();
        }
        Holdings from = holdings;
        List<Lease> current = from == null ? List.of() : from.leases();
        for (Iterator<Lease> each = leases.values().iterator(); each.hasNext(); ) {
            Lease lease = each.next();
            if (lease.trim(nanoTime)) {
                lane.mustReport(lease);
            } else if (lease.isOver() && !current.contains(lease)) {
                each.remove();
            }
        }
        return idle && leases.values().stream().allMatch(Lease::isOver);
    }

    /** A request that still has it finds nothing here and looks again. */
    void forget() {
        holdings = null;
        leases.values().forEach(Lease::returnFree);
    }
}
