package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Pool;
import dev.scrip.pricing.Quote;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message under way at a time to the ledger for the organizations of one lane; what comes
 * meanwhile gathers for the next. At low load a message leaves at once: there is no timer.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final int index;
    private final UUID incarnationId;
    private final Settler settler;
    private final InstantSource clock;
    private final Tuning tuning;
    private final AtomicInteger running = new AtomicInteger();
    private final ConcurrentHashMap<Long, OrganizationLeases> organizations =
            new ConcurrentHashMap<>();
    private volatile @Nullable String trouble;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quieter = lock.newCondition();
    private final Outbox outbox;
    private boolean underWay;
    private volatile boolean closing;
    private boolean shut;

    Lane(int index, UUID incarnationId, Settler settler, InstantSource clock, Tuning tuning) {
        this.index = index;
        this.incarnationId = incarnationId;
        this.settler = settler;
        this.clock = clock;
        this.tuning = tuning;
        this.outbox = new Outbox(tuning);
    }

    /** Counts a request in; says why not when it cannot be taken. */
    @Nullable String enter() {
        String reason = trouble;
        if (reason != null) {
            return reason;
        }
        if (running.incrementAndGet() > tuning.runningMax()) {
            leave(1);
            return "too many requests are running";
        }
        return null;
    }

    /** Counts requests out: settled, released or refused. */
    void leave(int requests) {
        if (running.addAndGet(-requests) == 0 && closing) {
            locked(quieter::signalAll);
        }
    }

    OrganizationLeases organization(long organizationId) {
        OrganizationLeases known = organizations.get(organizationId);
        return known != null
                ? known
                : organizations.computeIfAbsent(
                        organizationId, id -> new OrganizationLeases(id, this, System.nanoTime()));
    }

    /** A request that its leases do not cover waits for the ledger's answer. */
    CompletableFuture<Admission> await(Payer payer, Quote quote) {
        long deadline = System.nanoTime() + tuning.waitLimit().toNanos();
        Waiting request = new Waiting(payer, quote, deadline);
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    // Found again under the lock: an idle organization is forgotten under it.
                    OrganizationLeases organization = organization(payer.organizationId());
                    if (closing) {
                        refuse(outcomes, organization, request, Charging.CLOSING);
                    } else if (!organization.enqueue(request, tuning.waitingMax())) {
                        refuse(outcomes, organization, request, "too many requests are waiting");
                    } else {
                        organization.serve(clock.instant(), 0, outcomes);
                        ask(organization);
                    }
                });
        tell(outcomes);
        return request.admission();
    }

    private static void refuse(
            Outcomes outcomes, OrganizationLeases organization, Waiting request, String reason) {
        outcomes.refuse(organization, request, new Admission.Unavailable(reason));
    }

    /** Takes a charge into the next message. */
    void charge(PendingCharge charge) {
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    if (shut) {
                        outcomes.fail(
                                charge.settled(), new IllegalStateException(Charging.CLOSING));
                        return;
                    }
                    outbox.add(charge);
                    kick();
                });
        tell(outcomes);
    }

    /** Money of an organization was given back: whoever waits for it may have it. */
    void released(OrganizationLeases organization) {
        if (organization.isCrowded()) {
            Outcomes outcomes = new Outcomes(settler.ledger());
            locked(() -> organization.serve(clock.instant(), 0, outcomes));
            tell(outcomes);
        }
    }

    /** Something of a lease went back to its pool: the next message says so. */
    void mustReport(Lease lease) {
        locked(
                () -> {
                    outbox.report(lease);
                    kick();
                });
    }

    /** A lease runs low: the next message asks for more before it is empty. */
    void refill(Lease lease) {
        locked(
                () -> {
                    outbox.refill(lease);
                    kick();
                });
    }

    /** Credit or limits of an organization changed. */
    void changed(long organizationId) {
        locked(
                () -> {
                    OrganizationLeases organization = organizations.get(organizationId);
                    if (organization != null) {
                        organization.changed();
                        ask(organization);
                    }
                });
    }

    /** Has the needs of waiting requests told to the ledger. */
    private void ask(OrganizationLeases organization) {
        if (!organization.hasWaiting()) {
            return;
        }
        if (organization.mustRefresh(clock.instant())) {
            refresh(organization);
        } else {
            outbox.demand(organization);
            kick();
        }
    }

    private void refresh(OrganizationLeases organization) {
        if (!organization.beginRefresh()) {
            return;
        }
        long changes = organization.changes();
        start(
                () -> {
                    try {
                        Instant at = clock.instant();
                        List<Pool> pools = settler.pools(organization.organizationId(), at);
                        refreshed(organization, changes, pools);
                    } catch (Settler.Stopped stopped) {
                        locked(organization::endRefresh);
                    } catch (RuntimeException failed) {
                        LOG.warn("the pools of an organization could not be read", failed);
                        locked(organization::endRefresh); // the next tick tries again
                    }
                });
    }

    private void refreshed(OrganizationLeases organization, long changes, List<Pool> pools) {
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    organization.endRefresh();
                    if (organization.changes() == changes) {
                        organization.adopt(pools, System.nanoTime());
                        organization.serve(clock.instant(), 0, outcomes);
                    }
                    ask(organization);
                });
        outcomes.run();
    }

    /** Sends the next message if there is something to say and none is under way. */
    private void kick() {
        if (!underWay && !outbox.isEmpty()) {
            underWay = true;
            if (!start(this::exchange)) {
                underWay = false;
            }
        }
    }

    private boolean start(Runnable task) {
        if (settler.isStopped()) {
            return false;
        }
        try {
            settler.run(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    private void exchange() {
        Outcomes outcomes = new Outcomes(settler.ledger());
        try {
            ExchangeReply reply = settler.settle(this::write, reason -> trouble = reason);
            locked(
                    () -> {
                        if (reply != null) {
                            takeIn(reply, outcomes);
                        }
                        underWay = false;
                        kick();
                        quieter.signalAll();
                    });
        } catch (Settler.Stopped stopped) {
            locked(
                    () -> {
                        underWay = false;
                        quieter.signalAll();
                    });
        } catch (RuntimeException broken) {
            // The lane stays as it is: sending on with counters in doubt could spend twice.
            LOG.error("lane {} is broken and takes nobody in until the next start", index, broken);
            trouble = "charges cannot be settled";
        }
        outcomes.run();
    }

    private Settler.@Nullable Message write() {
        lock.lock();
        try {
            return outbox.write(incarnationId, index, clock.instant(), System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void takeIn(ExchangeReply reply, Outcomes outcomes) {
        Batch batch = outbox.takeIn(reply, System.nanoTime());
        Instant at = clock.instant();
        for (OrganizationLeases organization : batch.organizations()) {
            if (batch.isCurrent(organization)) {
                organization.serve(at, batch.number(), outcomes);
            }
            ask(organization);
        }
        batch.settle(reply, outcomes);
        leave(batch.charges().size());
    }

    /** Gives up waits that are over, returns what is idle, forgets who is gone. */
    void tick() {
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    long nanoTime = System.nanoTime();
                    for (OrganizationLeases organization : organizations.values()) {
                        organization.giveUpLate(
                                nanoTime, "the ledger did not answer in time", outcomes);
                        ask(organization);
                        if (organization.sweep(nanoTime, tuning.idleAfter().toNanos())) {
                            organization.forget();
                            organizations.remove(organization.organizationId(), organization);
                        }
                    }
                    outbox.failLate(nanoTime, outcomes);
                });
        tell(outcomes);
    }

    /** Takes in nobody any more. */
    void beginClosing() {
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    closing = true;
                    for (OrganizationLeases organization : organizations.values()) {
                        organization.giveUpAll(Charging.CLOSING, outcomes);
                    }
                });
        outcomes.run();
    }

    /** Waits for the running requests, until {@link System#nanoTime} reaches the deadline. */
    void drain(long deadline) {
        lock.lock();
        try {
            awaitUntil(() -> running.get() == 0, deadline);
        } finally {
            lock.unlock();
        }
    }

    /** Settles what has ended and returns every lease. Says whether the ledger knows it all. */
    boolean settle(long deadline) {
        lock.lock();
        try {
            organizations.values().forEach(OrganizationLeases::returnAll);
            kick();
            awaitUntil(this::isSettled, deadline);
            return isSettled();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing goes in or out any more: whoever still waits is told so. */
    void shut(String reason) {
        Outcomes outcomes = new Outcomes(settler.ledger());
        locked(
                () -> {
                    closing = true;
                    shut = true;
                    for (OrganizationLeases organization : organizations.values()) {
                        organization.giveUpAll(reason, outcomes);
                    }
                    outbox.failAll(reason, outcomes);
                });
        outcomes.run();
    }

    private boolean isSettled() {
        return !underWay && outbox.isSettled();
    }

    private void awaitUntil(BooleanSupplier reached, long deadline) {
        try {
            for (long left = deadline - System.nanoTime();
                    left > 0 && !reached.getAsBoolean();
                    left = deadline - System.nanoTime()) {
                quieter.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that are admitted and neither settled nor released. */
    int running() {
        return running.get();
    }

    /** Organizations with leases or waiting requests in memory. */
    int organizations() {
        return organizations.size();
    }

    private void tell(Outcomes outcomes) {
        if (!outcomes.isEmpty() && !start(outcomes)) {
            outcomes.run();
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
