package dev.scrip.charging;

import dev.scrip.ledger.ClonedIncarnation;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Verification;
import dev.scrip.metering.Metering;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.Quote;
import dev.scrip.pricing.QuoteOutcome;
import dev.scrip.pricing.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's money in this process: {@code Ask → Quote → Hold → Usage → Charge}. Holds are made
 * in memory from leases; charges are settled in batches. Never blocks its caller.
 */
public final class Charging implements AutoCloseable {

    static final String CLOSING = "this process is shutting down";

    private static final Logger LOG = LoggerFactory.getLogger(Charging.class);
    private static final Duration TICK = Duration.ofMillis(250);

    /** How long closing waits for PostgreSQL, after it has waited for running requests. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(10);

    private static final int TICKS_PER_EXPIRY = 20;
    private static final int EXPIRY_GRANTS_MAX = 500;

    private final Database database;
    private final Ledger ledger;
    private final PriceBook prices;
    private final Metering metering;
    private final InstantSource clock;
    private final Tuning tuning;
    private final UUID incarnationId = UUID.randomUUID();
    private final Settler settler;
    private final List<Lane> lanes = new ArrayList<>();
    private final AtomicBoolean expiring = new AtomicBoolean();
    private volatile @Nullable String stoppedBecause = "this process has not started yet";
    private @Nullable NodeLock nodeLock;
    private @Nullable Thread job;

    public Charging(
            Database database,
            Ledger ledger,
            PriceBook prices,
            Metering metering,
            InstantSource clock) {
        this(database, ledger, prices, metering, clock, Tuning.DEFAULT);
    }

    Charging(
            Database database,
            Ledger ledger,
            PriceBook prices,
            Metering metering,
            InstantSource clock,
            Tuning tuning) {
        this.database = database;
        this.ledger = ledger;
        this.prices = prices;
        this.metering = metering;
        this.clock = clock;
        this.tuning = tuning;
        this.settler =
                new Settler(database, ledger, metering, tuning.connections(), this::stopAsClone);
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            lanes.add(new Lane(lane, incarnationId, settler, clock, tuning));
        }
    }

    /**
     * Takes the node's lock file for life, buries the predecessor that held it, enlists this
     * incarnation and starts the lanes. Once in the life of this object.
     *
     * @throws dev.scrip.postgres.StartFailure when another process holds the lock
     */
    public void start(Path lockFile, String node) {
        NodeLock taken = NodeLock.take(lockFile);
        boolean started = false;
        try {
            for (UUID predecessor : ledger.living(node)) {
                ledger.bury(
                        predecessor, "the successor on node %s took the file lock".formatted(node));
                LOG.info("took over the leases of the process before, {}", predecessor);
            }
            metering.makePartitions(clock.instant());
            ledger.enlist(incarnationId, node, clock.instant());
            nodeLock = taken;
            started = true;
        } finally {
            if (!started) {
                taken.close();
            }
        }
        stoppedBecause = null;
        job = Thread.ofVirtual().name("charging-job").start(this::work);
    }

    /** Whether a price is in force for a model now, so that requests to it can be admitted. */
    public boolean isPriced(String model) {
        return prices.price(model, clock.instant()).isPresent();
    }

    /** Sets money aside for all that a request may cost, or says why not. */
    public CompletionStage<Admission> admit(Payer payer, Ask ask) {
        String stopped = stoppedBecause;
        if (stopped != null) {
            return CompletableFuture.completedStage(new Admission.Unavailable(stopped));
        }
        Instant at = clock.instant();
        return switch (prices.quote(ask, at)) {
            case QuoteOutcome.Quoted(Quote quote) -> hold(payer, quote, at);
            case QuoteOutcome.Unpriced(String model) ->
                    CompletableFuture.completedStage(new Admission.Unpriced(model));
            case QuoteOutcome.TooLong(String model, long tokensAsked, long tokensMax) ->
                    CompletableFuture.completedStage(
                            new Admission.TooLong(model, tokensAsked, tokensMax));
        };
    }

    private CompletionStage<Admission> hold(Payer payer, Quote quote, Instant at) {
        Lane lane = lanes.get(Lanes.of(payer.organizationId()));
        String reason = lane.enter();
        if (reason != null) {
            return CompletableFuture.completedStage(new Admission.Unavailable(reason));
        }
        OrganizationLeases organization = lane.organization(payer.organizationId());
        if (!organization.isCrowded()) {
            RunningHold hold = organization.tryHold(payer, quote, false, at);
            if (hold != null) {
                return CompletableFuture.completedStage(new Admission.Held(hold));
            }
        }
        return lane.await(payer, quote);
    }

    /**
     * Charges what was used. The stage completes when the charge is durable: only then may the
     * response end. While PostgreSQL is away it waits, within a bound; then it fails, and the
     * charge is settled later all the same.
     *
     * @throws IllegalStateException when the hold has ended before
     */
    public CompletionStage<Settled> charge(Hold hold, Usage usage, Call call) {
        RunningHold running = own(hold);
        Charge charge = running.quote().charge(usage);
        running.end();
        Money amount = charge.amount().min(running.amount());
        if (running.amount().isLessThan(charge.amount())) {
            LOG.warn(
                    "request {} cost {}, more than the {} set aside: the rest is the operator's"
                            + " loss",
                    running.requestId(),
                    charge.amount(),
                    amount);
        }
        running.giveBack(running.amount().minus(amount));
        PendingCharge pending =
                new PendingCharge(
                        running,
                        charge,
                        amount,
                        call,
                        System.nanoTime(),
                        new CompletableFuture<>());
        Lane lane = running.organization().lane();
        lane.charge(pending);
        lane.released(running.organization());
        return pending.settled();
    }

    /**
     * Nothing was dispatched, or the upstream failed and asks nothing: costs nothing.
     *
     * @throws IllegalStateException when the hold has ended before
     */
    public void release(Hold hold) {
        RunningHold running = own(hold);
        running.end();
        running.giveBack(running.amount());
        Lane lane = running.organization().lane();
        lane.released(running.organization());
        lane.leave(1);
    }

    private static RunningHold own(Hold hold) {
        if (hold instanceof RunningHold running) {
            return running;
        }
        throw new IllegalArgumentException("a hold that was not made here: " + hold);
    }

    /** Credit or limits of an organization changed: leases are asked for anew at once. */
    public void changed(long organizationId) {
        lanes.get(Lanes.of(organizationId)).changed(organizationId);
    }

    /** The ledger's verification, and that usage records, journal and roll-ups agree. */
    public Verification verify() {
        return Reconciliation.verify(database, ledger, metering);
    }

    private void work() {
        for (int tick = 1; stoppedBecause == null; tick++) {
            lanes.forEach(Lane::tick);
            if (tick % TICKS_PER_EXPIRY == 0 && expiring.compareAndSet(false, true)) {
                settler.run(this::expire);
            }
            try {
                Thread.sleep(TICK);
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void expire() {
        try {
            int expired =
                    settler.read(
                            () -> {
                                // Does nothing until a month begins.
                                metering.makePartitions(clock.instant());
                                return ledger.expireDue(EXPIRY_GRANTS_MAX);
                            });
            LOG.debug("{} grants expired", expired);
        } catch (Settler.Stopped stopped) {
            LOG.debug("no more grants are expired by this process");
        } catch (RuntimeException failed) {
            LOG.warn("expired grants could not be booked; tried again soon", failed);
        } finally {
            expiring.set(false);
        }
    }

    /**
     * Settles what has ended, returns all leases, says so to the ledger, gives up the lock.
     * Requests that still run after a bound are cut off: they cannot be charged any more.
     */
    @Override
    public void close() {
        NodeLock held = nodeLock;
        if (held == null) {
            return;
        }
        nodeLock = null;
        stoppedBecause = CLOSING;
        lanes.forEach(Lane::beginClosing);
        long drainUntil = System.nanoTime() + tuning.drainLimit().toNanos();
        lanes.forEach(lane -> lane.drain(drainUntil));
        long settleUntil = System.nanoTime() + SETTLE_LIMIT.toNanos();
        boolean drained = true;
        for (Lane lane : lanes) {
            drained &= lane.settle(settleUntil);
        }
        lanes.forEach(lane -> lane.shut(CLOSING));
        stopJob();
        settler.stop();
        boolean ended = settler.awaitEnd(SETTLE_LIMIT);
        try {
            if (drained && ended) {
                ledger.bury(incarnationId, "drained");
            } else {
                LOG.error(
                        "closed with charges that are not settled; the next start of this node"
                                + " takes the leases back");
            }
        } catch (RuntimeException failed) {
            LOG.error(
                    "the ledger was not told that this process is drained; the next start of this"
                            + " node takes the leases back",
                    failed);
        } finally {
            held.close();
        }
    }

    /** Stops as a killed process does: says nothing to anybody, and the lock is free. */
    void abandon() {
        stoppedBecause = "killed";
        stopJob();
        settler.stop();
        if (!settler.awaitEnd(SETTLE_LIMIT)) {
            throw new IllegalStateException("a transaction is still under way");
        }
        NodeLock held = nodeLock;
        if (held != null) {
            nodeLock = null;
            held.close();
        }
    }

    /** Another process spends the same leases: whatever this one did more could spend twice. */
    private void stopAsClone(ClonedIncarnation cloned) {
        LOG.error("this process was copied and takes no further request", cloned);
        stoppedBecause = "this process was copied and must be restarted";
        settler.stop();
        lanes.forEach(lane -> lane.shut("this process was copied"));
    }

    private void stopJob() {
        Thread running = job;
        if (running != null) {
            running.interrupt();
        }
    }

    /** What is under way, for tests: admitted requests that are neither settled nor released. */
    int running() {
        return lanes.stream().mapToInt(Lane::running).sum();
    }

    /** Organizations in memory, for tests. */
    int organizations() {
        return lanes.stream().mapToInt(Lane::organizations).sum();
    }
}
