package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.ExchangeReply.LeaseState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What gathers in a lane for its next message, and the message whose answer is awaited. Guarded by
 * the lane's lock.
 */
final class Outbox {

    private final Tuning tuning;
    private final ArrayDeque<PendingCharge> gathered = new ArrayDeque<>();
    private final Set<Lease> changedLeases = new LinkedHashSet<>();
    private final Set<Lease> lowLeases = new LinkedHashSet<>();
    private final Set<OrganizationLeases> demanding = new LinkedHashSet<>();
    private long number = 1;
    private @Nullable Batch written;

    Outbox(Tuning tuning) {
        this.tuning = tuning;
    }

    void add(PendingCharge charge) {
        gathered.add(charge);
    }

    void report(Lease lease) {
        changedLeases.add(lease);
    }

    void refill(Lease lease) {
        lowLeases.add(lease);
    }

    void demand(OrganizationLeases organization) {
        demanding.add(organization);
    }

    /** It is dropped: nothing is said about it any more. */
    void forget(Lease lease) {
        changedLeases.remove(lease);
        lowLeases.remove(lease);
    }

    boolean isEmpty() {
        return gathered.isEmpty() && !isUrgent();
    }

    /** Somebody waits, here or in another process, for more than to hear that it is settled. */
    boolean isUrgent() {
        return !changedLeases.isEmpty() || !lowLeases.isEmpty() || !demanding.isEmpty();
    }

    /** The number of the last message that was answered; 0: none. */
    long confirmed() {
        return number - 1;
    }

    /** Nothing that has happened is still to be told. */
    boolean isSettled() {
        return gathered.isEmpty() && changedLeases.isEmpty();
    }

    /** Writes the next message; null when there is nothing to say after all. */
    @Nullable Message write(UUID incarnationId, int lane, Instant at, long nanoTime) {
        Batch batch = new Batch(number, at);
        while (batch.charges().size() < tuning.chargesMax() && !gathered.isEmpty()) {
            batch.charge(gathered.remove(), nanoTime);
        }
        int leasesMax = batch.size() + tuning.leasesMax();
        for (Iterator<OrganizationLeases> next = demanding.iterator();
                next.hasNext() && batch.size() < leasesMax;
                next.remove()) {
            next.next().demand(batch, at, nanoTime);
        }
        for (Iterator<Lease> next = lowLeases.iterator();
                next.hasNext() && batch.size() < leasesMax;
                next.remove()) {
            batch.refill(next.next(), nanoTime);
        }
        for (Iterator<Lease> next = changedLeases.iterator();
                next.hasNext() && batch.size() < leasesMax;
                next.remove()) {
            batch.report(next.next());
        }
        Message message = batch.message(incarnationId, lane);
        written = message == null ? null : batch;
        return message;
    }

    /** Takes the answer into the leases of the message that it answers. */
    Batch takeIn(ExchangeReply reply, long nanoTime) {
        Batch batch = written;
        if (batch == null) {
            throw new IllegalStateException("an answer without a message");
        }
        written = null;
        number++;
        long freshUntil = nanoTime + tuning.freshFor().toNanos();
        for (LeaseState state : reply.leases()) {
            Lease lease = batch.lease(state.pool());
            boolean current = batch.isCurrent(lease.owner());
            if (lease.learn(state, batch.number(), current, nanoTime, freshUntil)) {
                changedLeases.add(lease);
            }
        }
        return batch;
    }

    /** Tells responses that have waited too long; their charges are settled all the same. */
    void failLate(long nanoTime, Outcomes outcomes) {
        for (PendingCharge charge : oldestFirst()) {
            if (nanoTime - charge.since() < tuning.settleLimit().toNanos()) {
                return;
            }
            if (!charge.settled().isDone()) {
                outcomes.fail(
                        charge.settled(),
                        new TimeoutException(
                                "the charge is not durable yet; it will be settled later"));
            }
        }
    }

    /** Tells every response that its charge will not be settled. Returns how many those are. */
    int failAll(String reason, Outcomes outcomes) {
        List<PendingCharge> unsettled = oldestFirst();
        for (PendingCharge charge : unsettled) {
            outcomes.fail(charge.settled(), new IllegalStateException(reason));
        }
        gathered.clear();
        written = null;
        return unsettled.size();
    }

    private List<PendingCharge> oldestFirst() {
        List<PendingCharge> unsettled = new ArrayList<>();
        if (written != null) {
            unsettled.addAll(written.charges());
        }
        unsettled.addAll(gathered);
        return unsettled;
    }
}
