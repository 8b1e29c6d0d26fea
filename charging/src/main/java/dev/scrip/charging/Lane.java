package dev.scrip.charging;

import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message under way at a time to the ledger for the organizations of one lane; what comes
 * meanwhile gathers for the next. At low load a message leaves at once; a busy lane rests between
 * two messages.
 */
final class Lane implements Settler.Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final int index;
    private final UUID incarnationId;
    private final Settler settler;
    private final Machine machine;
    private final Tuning tuning;
    private final Turnstile turnstile;
    private final ConcurrentHashMap<Long, OrganizationLeases> organizations =
            new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quieter = lock.newCondition();
    private final Outbox outbox;
    private final Readings readings;
    private final Pace pace;
    private boolean closing;
    private boolean returned;
    private boolean shut;

    Lane(int index, UUID incarnationId, Settler settler, Machine machine, Tuning tuning) {
        this.index = index;
        this.incarnationId = incarnationId;
        this.settler = settler;
        this.machine = machine;
        this.tuning = tuning;
        this.outbox = new Outbox(tuning);
        this.readings = new Readings(settler, lock, this::haveRead);
        this.pace = new Pace(machine, this::rested);
        this.turnstile = new Turnstile(tuning.runningMax());
    }

    /** The process that it is a lane of. */
    UUID incarnationId() {
        return incarnationId;
    }

    /** Counts the requests in and out. */
    Turnstile turnstile() {
        return turnstile;
    }

    OrganizationLeases organization(long organizationId) {
        OrganizationLeases known = organizations.get(organizationId);
        return known != null
                ? known
                : organizations.computeIfAbsent(
                        organizationId, id -> new OrganizationLeases(id, this, tuning));
    }

    /** A request that its leases do not cover waits for the ledger's answer. */
    void await(Waiting request) {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    // Found again under the lock: an idle organization is forgotten under it.
                    OrganizationLeases organization =
                            organization(request.payer().organizationId());
                    if (request.isRunning() ? returned : closing) {
                        outcomes.unavailable(organization, request, Watch.CLOSING);
                    } else if (!organization.enqueue(request)) {
                        outcomes.unavailable(
                                organization, request, "too many requests are waiting");
                    } else if (!organization.isBehindOthers(request)) {
                        look(organization, 0, outcomes);
                    }
                });
        tell(outcomes);
    }

    /** Takes a charge into the next message. */
    void charge(PendingCharge charge) {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    if (shut) {
                        turnstile.leave(1);
                        outcomes.fail(charge.settled(), new IllegalStateException(Watch.CLOSING));
                        return;
                    }
                    outbox.add(charge);
                    kick();
                });
        tell(outcomes);
    }

    /** Money of an organization was given back: whoever waits for it may have it. */
    void released(OrganizationLeases organization) {
        if (organization.isWaitedFor()) {
            Outcomes outcomes = new Outcomes();
            locked(() -> look(organization, 0, outcomes));
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

    /** A lease is dropped. */
    void forget(Lease lease) {
        outbox.forget(lease);
    }

    /** Credit or limits of an organization changed. */
    void changed(long organizationId) {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    OrganizationLeases organization = organizations.get(organizationId);
                    if (organization != null) {
                        organization.changed();
                        look(organization, 0, outcomes);
                    }
                });
        tell(outcomes);
    }

    /** Credit or limits of any organization may have changed. */
    void allChanged() {
        organizations.keySet().forEach(this::changed);
    }

    /** Another process needs what is idle here. */
    void recalled(long organizationId) {
        locked(
                () -> {
                    OrganizationLeases organization = organizations.get(organizationId);
                    if (organization != null) {
                        organization.recalled(machine.nanoTime());
                    }
                });
    }

    /** Serves the waiting requests, and sees to what they still need. */
    private void look(OrganizationLeases organization, long answered, Outcomes outcomes) {
        if (!organization.hasWaiting()) {
            return;
        }
        long nanoTime = machine.nanoTime();
        WaitingLine.Needs needs =
                organization.serve(machine.instant(), nanoTime, answered, outcomes);
        for (Waiting request : needs.unread()) {
            read(organization, request.payer(), request.model());
        }
        if (needs.ask()) {
            outbox.demand(organization);
            kick();
        }
        if (needs.seekNanos() != Long.MAX_VALUE && organization.beginRetry()) {
            Duration pause = Duration.ofNanos(Math.max(0, needs.seekNanos()));
            if (!machine.runLater(pause, () -> lookAgain(organization))) {
                organization.endRetry();
            }
        }
    }

    private void lookAgain(OrganizationLeases organization) {
        locked(organization::endRetry);
        released(organization);
    }

    /** Has the pools of a kind of requests read, unless that is under way. */
    private void read(OrganizationLeases organization, Payer payer, String model) {
        Reading reading = organization.beginReading(payer, model, machine.instant());
        if (reading != null) {
            readings.add(reading);
        }
    }

    /** Takes in what has been read; null: it could not be. */
    private void haveRead(Map<Reading, @Nullable PoolList> read) {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    for (Map.Entry<Reading, @Nullable PoolList> one : read.entrySet()) {
                        Reading reading = one.getKey();
                        OrganizationLeases organization = reading.organization();
                        PoolList pools = one.getValue();
                        organization.endReading(reading);
                        if (pools != null) {
                            organization.adopt(pools, reading, machine.nanoTime());
                            look(organization, 0, outcomes);
                        }
                    }
                });
        tell(outcomes);
    }

    /** Sends the next message if there is something to say and none is under way. */
    private void kick() {
        if (!outbox.isEmpty() && pace.leaves(outbox.isUrgent()) && !settler.send(this)) {
            pace.over(0);
        }
    }

    /** A rest is over; told by a thread that may send. */
    private void rested() {
        lock.lock();
        try {
            pace.endRest();
            if (outbox.isEmpty() || !pace.leaves(true)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        settler.carry(this);
    }

    @Override
    public @Nullable Message write() {
        lock.lock();
        try {
            return outbox.write(incarnationId, index, machine.instant(), machine.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void answered(@Nullable ExchangeReply reply) {
        Outcomes outcomes = new Outcomes();
        try {
            locked(
                    () -> {
                        pace.over(reply == null || shut ? 0 : takeIn(reply, outcomes));
                        kick();
                        quieter.signalAll();
                    });
        } catch (RuntimeException broken) {
            // The lane stays as it is: sending on with counters in doubt could spend twice.
            LOG.error("lane {} is broken and takes nobody in until the next start", index, broken);
            turnstile.close("charges cannot be settled");
        }
        outcomes.run();
    }

    /** How long the ledger lately took to answer, nano-time; decides how large leases are. */
    long answerNanos() {
        return pace.answerNanos();
    }

    /** Returns how many charges are settled. */
    private int takeIn(ExchangeReply reply, Outcomes outcomes) {
        pace.noteAnswer();
        Batch batch = outbox.takeIn(reply, machine.nanoTime());
        for (OrganizationLeases organization : batch.organizations()) {
            look(organization, batch.isCurrent(organization) ? batch.number() : 0, outcomes);
        }
        batch.settle(reply, outcomes);
        turnstile.leave(batch.charges().size());
        return batch.charges().size();
    }

    @Override
    public void troubled(@Nullable String reason) {
        turnstile.close(reason);
    }

    @Override
    public void stopped() {
        locked(
                () -> {
                    pace.over(0);
                    quieter.signalAll();
                });
    }

    @Override
    public void forgotten() {
        shut(Watch.FORGOTTEN);
        stopped();
    }

    /** Gives up waits that are over, returns what is idle, forgets who is gone. */
    void tick() {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    long nanoTime = machine.nanoTime();
                    for (OrganizationLeases organization : organizations.values()) {
                        if (organization.hasWaiting()) {
                            organization.giveUp(
                                    request -> request.isLate(nanoTime),
                                    "the ledger did not answer in time",
                                    outcomes);
                            look(organization, 0, outcomes);
                        }
                        if (organization.isAgeing(nanoTime)) {
                            read(organization, anyOf(organization), "");
                        }
                        if (organization.sweep(nanoTime)) {
                            organizations.remove(organization.organizationId(), organization);
                        }
                    }
                    outbox.failLate(nanoTime, outcomes);
                });
        tell(outcomes);
    }

    /** Where nothing of a payer decides, any will do. */
    private static Payer anyOf(OrganizationLeases organization) {
        return new Payer(organization.organizationId(), 0, 0, 0, null);
    }

    /** Takes in nobody any more; those who are in may go on. */
    void beginClosing() {
        close(Watch.CLOSING, request -> !request.isRunning(), _ -> closing = true);
    }

    /** Returns every lease. */
    void returnLeases() {
        locked(
                () -> {
                    returned = true;
                    organizations.values().forEach(OrganizationLeases::returnAll);
                    kick();
                });
    }

    /** Waits, for so long, until the ledger knows all that has happened; says whether it does. */
    boolean awaitSettled(long nanos) {
        lock.lock();
        try {
            for (long left = nanos; left > 0 && !isSettled(); ) {
                left = quieter.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return isSettled();
    }

    /** The number of the last message that was answered; 0: none. */
    long confirmed() {
        lock.lock();
        try {
            return outbox.confirmed();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the ledger knows all that has happened here. */
    boolean isSettled() {
        lock.lock();
        try {
            return !shut && !pace.isUnderWay() && outbox.isSettled();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing goes in or out any more: whoever still waits is told so. */
    void shut(String reason) {
        close(
                reason,
                _ -> true,
                outcomes -> {
                    closing = true;
                    returned = true;
                    shut = true;
                    turnstile.leave(outbox.failAll(reason, outcomes));
                });
    }

    private void close(String reason, Predicate<Waiting> whom, Consumer<Outcomes> how) {
        Outcomes outcomes = new Outcomes();
        locked(
                () -> {
                    how.accept(outcomes);
                    for (OrganizationLeases organization : organizations.values()) {
                        organization.giveUp(whom, reason, outcomes);
                    }
                });
        outcomes.run();
    }

    /** Organizations with leases or waiting requests in memory. */
    int organizations() {
        return organizations.size();
    }

    private void tell(Outcomes outcomes) {
        if (!outcomes.isEmpty() && !machine.run(outcomes)) {
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
