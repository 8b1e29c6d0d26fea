package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Pool;
import dev.scrip.ledger.PoolId;
import dev.scrip.ledger.PoolList;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one organization in this process, which of them each kind of request holds from,
 * and the requests that wait for them to grow. {@link #holdings} and {@link #isWaitedFor} need no
 * lock; everything else is guarded by the lane's.
 */
final class OrganizationLeases {

    /** After another process needed this money, no more is asked for than is needed at once. */
    private static final long SCARCE_NANOS = 1_000_000_000;

    /**
     * The holdings that were read under one understanding of what decides them.
     *
     * @param only where nothing decides: the same for every request
     */
    private record Shelf(KeyMask mask, Map<KeyMask.Key, Holdings> byKey, @Nullable Holdings only) {

        static final Shelf EMPTY = new Shelf(KeyMask.NOTHING, Map.of(), null);

        @Nullable Holdings find(Payer payer, String model) {
            Holdings one = only;
            return one != null || byKey.isEmpty() ? one : byKey.get(mask.key(payer, model));
        }

        Collection<Holdings> all() {
            Holdings one = only;
            return one == null ? byKey.values() : List.of(one);
        }
    }

    private final long organizationId;
    private final Lane lane;
    private final Tuning tuning;
    private final WaitingLine line;
    private volatile Shelf shelf = Shelf.EMPTY;
    private volatile boolean waitedFor;

    private final Map<PoolId, Lease> leases = new HashMap<>();
    private final Set<KeyMask.Key> reading = new HashSet<>();
    private boolean retrying;
    private long changes;
    private long scarceUntil;
    private boolean scarce;

    OrganizationLeases(long organizationId, Lane lane, Tuning tuning) {
        this.organizationId = organizationId;
        this.lane = lane;
        this.tuning = tuning;
        this.line = new WaitingLine(this, tuning);
    }

    long organizationId() {
        return organizationId;
    }

    Lane lane() {
        return lane;
    }

    /** What a request holds from; null: that must be read first. */
    @Nullable Holdings holdings(Payer payer, String model) {
        return shelf.find(payer, model);
    }

    /** Somebody waits for money of this organization to be given back. */
    boolean isWaitedFor() {
        return waitedFor;
    }

    /** Puts a request at the end of the line; false when that is full. */
    boolean enqueue(Waiting request) {
        boolean added = line.add(request);
        // Set before the leases are looked at again: whoever gives back after that look sees it.
        waitedFor = !line.isEmpty();
        return added;
    }

    /** Those in front have asked already; when they are answered, this request is looked at. */
    boolean isBehindOthers(Waiting request) {
        if (request.isRunning()) {
            return false;
        }
        Holdings from = holdings(request.payer(), request.model());
        return from != null && from.isCrowded();
    }

    /** {@link WaitingLine#serve}. */
    WaitingLine.Needs serve(Instant at, long nanoTime, long answered, Outcomes outcomes) {
        WaitingLine.Needs needs = line.serve(at, nanoTime, answered, outcomes);
        waitedFor = !line.isEmpty();
        return needs;
    }

    /** {@link WaitingLine#demand}. */
    void demand(Batch batch, Instant at, long nanoTime) {
        line.demand(batch, at, nanoTime);
    }

    /** Marks the reading of a request's pools as under way; null when one like it is. */
    @Nullable Reading beginReading(Payer payer, String model, Instant at) {
        KeyMask.Key key = shelf.mask().key(payer, model);
        return reading.add(key)
                ? new Reading(this, key, payer, model, at, leases.isEmpty(), changes)
                : null;
    }

    void endReading(Reading ended) {
        reading.remove(ended.key());
    }

    /** Takes in what a request holds from, as the ledger has just listed it. */
    void adopt(PoolList list, Reading reading, long nanoTime) {
        if (reading.changes() != changes) {
            return;
        }
        Payer payer = reading.payer();
        String model = reading.model();
        Holdings read =
                new Holdings(
                        leases(list.credit(), nanoTime),
                        leases(list.budgets(), nanoTime),
                        reading.at(),
                        list.endsAt(),
                        nanoTime,
                        nanoTime + tuning.freshFor().toNanos());
        KeyMask mask = KeyMask.of(list.dependsOn());
        Shelf before = shelf;
        if (mask.equals(KeyMask.NOTHING)) {
            shelf = new Shelf(mask, Map.of(), read);
        } else if (mask.equals(before.mask()) && before.byKey().size() < tuning.holdingsMax()) {
            before.byKey().put(mask.key(payer, model), read);
        } else {
            Map<KeyMask.Key, Holdings> byKey = new ConcurrentHashMap<>();
            byKey.put(mask.key(payer, model), read);
            shelf = new Shelf(mask, byKey, null);
        }
    }

    private List<Lease> leases(List<Pool> pools, long nanoTime) {
        List<Lease> found = new ArrayList<>(pools.size());
        for (Pool pool : pools) {
            Lease lease = leases.computeIfAbsent(pool.id(), id -> new Lease(this, pool, nanoTime));
            lease.describe(pool);
            found.add(lease);
        }
        return found;
    }

    /** Holdings in use that will be stale soon: they are read anew before anybody must wait. */
    boolean isAgeing(long nanoTime) {
        Holdings only = shelf.only();
        return only != null && only.isAgeing(nanoTime);
    }

    /** Credit or limits changed: nothing known before counts. */
    void changed() {
        changes++;
        shelf = Shelf.EMPTY;
        returnAll();
        line.forgetAnswers();
    }

    /** Counts the changes, so that an answer to an older question is known as such. */
    long changes() {
        return changes;
    }

    /** Another process needs the money that is idle here. */
    void recalled(long nanoTime) {
        scarce = true;
        scarceUntil = nanoTime + SCARCE_NANOS;
        returnAll();
    }

    /** Whether others have needed this money lately. */
    boolean isScarce(long nanoTime) {
        scarce = scarce && nanoTime - scarceUntil < 0;
        return scarce;
    }

    /** Marks a later look at the line as arranged; false when one is. */
    boolean beginRetry() {
        boolean begun = !retrying;
        retrying = true;
        return begun;
    }

    void endRetry() {
        retrying = false;
    }

    void returnAll() {
        for (Lease lease : leases.values()) {
            if (lease.returnFree()) {
                lane.mustReport(lease);
            }
        }
    }

    /** Takes out the requests, from the front, that match. */
    void giveUp(Predicate<Waiting> which, String reason, Outcomes outcomes) {
        line.giveUp(which, reason, outcomes);
        waitedFor = !line.isEmpty();
    }

    boolean hasWaiting() {
        return !line.isEmpty();
    }

    /** Returns what is not needed and drops what is over. True when the whole can be forgotten. */
    boolean sweep(long nanoTime) {
        long idle = tuning.idleAfter().toNanos();
        dropUnused(nanoTime, idle);
        Holdings only = shelf.only();
        if (only != null && only.size() == leases.size()) {
            // Every lease is in use, as it mostly is.
            for (int index = 0; index < only.size(); index++) {
                if (only.lease(index).trim(nanoTime)) {
                    lane.mustReport(only.lease(index));
                }
            }
            return false;
        }
        Set<Lease> used = new HashSet<>();
        for (Holdings each : shelf.all()) {
            for (int index = 0; index < each.size(); index++) {
                used.add(each.lease(index));
            }
        }
        for (Iterator<Lease> each = leases.values().iterator(); each.hasNext(); ) {
            Lease lease = each.next();
            boolean gave = used.contains(lease) ? lease.trim(nanoTime) : lease.returnFree();
            if (gave) {
                lane.mustReport(lease);
            } else if (lease.isOver() && !used.contains(lease)) {
                lane.forget(lease);
                each.remove();
            }
        }
        return leases.isEmpty() && reading.isEmpty() && !hasWaiting() && shelf.all().isEmpty();
    }

    private void dropUnused(long nanoTime, long idleNanos) {
        Shelf known = shelf;
        Holdings only = known.only();
        if (only == null) {
            known.byKey().values().removeIf(each -> each.isUnused(nanoTime, idleNanos));
        } else if (only.isUnused(nanoTime, idleNanos)) {
            shelf = Shelf.EMPTY;
        }
    }
}
