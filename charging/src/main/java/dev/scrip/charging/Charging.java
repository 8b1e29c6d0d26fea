package dev.scrip.charging;

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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's money in this process: {@code Ask → Quote → Hold → Usage → Charge}. Holds are made
 * in memory from leases; charges are settled in batches. Never blocks its caller.
 */
public final class Charging implements RequestMoney, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Charging.class);
    private static final Duration TICK = Duration.ofMillis(250);

    /** How long closing waits for PostgreSQL, after it has waited for running requests. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(10);

    /** No window: all that the client asked for is covered from the beginning. */
    private static final long WHOLE = Long.MAX_VALUE;

    private static final int TICKS_PER_CHORES = 20;

    private final Books books;
    private final PriceBook prices;
    private final Machine machine;
    private final Tuning tuning;
    private final UUID incarnationId;
    private final Settler settler;
    private final List<Lane> lanes = new ArrayList<>();
    private final Watch watch;
    private @Nullable NodeLock nodeLock;
    private long ticks;

    public Charging(
            Database database,
            Ledger ledger,
            PriceBook prices,
            Metering metering,
            InstantSource clock) {
        this(
                new LedgerBooks(database, ledger, metering),
                prices,
                new LocalMachine(clock),
                Tuning.DEFAULT,
                UUID.randomUUID());
    }

    Charging(Books books, PriceBook prices, Machine machine, Tuning tuning, UUID incarnationId) {
        this.books = books;
        this.prices = prices;
        this.machine = machine;
        this.tuning = tuning;
        this.incarnationId = incarnationId;
        this.watch = new Watch(incarnationId, machine, lanes);
        this.settler = new Settler(books, machine, tuning.connections(), watch);
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            lanes.add(new Lane(lane, incarnationId, settler, machine, tuning));
        }
    }

    /**
     * Has somebody told, once for each case, why this process or a part of it takes nobody in until
     * a person acts.
     *
     * @param told takes a text for that person; may wait and fail
     */
    public void onAlarm(Consumer<String> told) {
        watch.alarm(told);
    }

    /**
     * Takes the node's lock file for life, buries the predecessor that held it, enlists this
     * incarnation and starts the lanes. Once in the life of this object.
     *
     * @throws dev.scrip.postgres.StartFailure when another process holds the lock
     */
    public void start(Path lockFile, String node) {
        NodeLock taken = NodeLock.take(lockFile);
        String place = taken.place(node);
        boolean started = false;
        try {
            for (UUID predecessor : books.living(place)) {
                books.bury(
                        predecessor,
                        "the successor on node %s took the file lock".formatted(place));
                LOG.info("took over the leases of the process before, {}", predecessor);
            }
            begin(place);
            nodeLock = taken;
            started = true;
        } finally {
            if (!started) {
                taken.close();
            }
        }
    }

    /** Enlists this process and takes requests in. */
    void begin(String node) {
        books.makeRoom(machine.instant());
        books.enlist(incarnationId, node, machine.instant());
        begin();
    }

    /** Takes requests in, as the incarnation that is enlisted. */
    void begin() {
        watch.stop(null);
        boolean _ = machine.runLater(TICK, this::tick);
    }

    @Override
    public void watchedBy(ChargingWatch told) {
        settler.watchedBy(told);
    }

    @Override
    public boolean isPriced(String model) {
        return prices.price(model, machine.instant()).isPresent();
    }

    @Override
    public CompletionStage<Admission> admit(Payer payer, Ask ask) {
        return admit(payer, ask, WHOLE);
    }

    @Override
    public CompletionStage<Admission> admit(Payer payer, Ask ask, long outputWindow) {
        String stopped = watch.stoppedBecause();
        if (stopped != null) {
            return CompletableFuture.completedStage(new Admission.Unavailable(stopped));
        }
        Instant at = machine.instant();
        QuoteOutcome outcome = prices.quote(ask, at);
        return outcome instanceof QuoteOutcome.Quoted(Quote quote)
                ? hold(payer, quote, quote.isWhole() ? WHOLE : outputWindow, at)
                : CompletableFuture.completedStage(Unquoted.refusal(outcome));
    }

    private CompletionStage<Admission> hold(
            Payer payer, Quote whole, long outputWindow, Instant at) {
        Lane lane = lanes.get(Lanes.of(payer.organizationId()));
        String reason = lane.turnstile().enter();
        if (reason != null) {
            return CompletableFuture.completedStage(new Admission.Unavailable(reason));
        }
        Quote quote =
                outputWindow < whole.outputTokensMax() ? whole.withOutput(outputWindow) : whole;
        OrganizationLeases organization = lane.organization(payer.organizationId());
        Holdings from = organization.holdings(payer, quote.ask().model());
        if (from != null && !from.isCrowded()) {
            long nanoTime = machine.nanoTime();
            if (from.isCurrent(at, nanoTime)) {
                from.use(nanoTime);
                Taken taken = from.take(quote.ceiling(), at, at, nanoTime);
                if (taken != null) {
                    settler.watch().admittedFromMemory();
                    return CompletableFuture.completedStage(
                            new Admission.Held(
                                    new RunningHold(
                                            payer, whole, false, taken, quote.outputTokensMax())));
                }
            }
        }
        boolean windowed = outputWindow != WHOLE;
        var request = new Waiting.Beginning(payer, whole, Want.of(quote), windowed, deadline());
        lane.await(request);
        return settler.timed(request.admission());
    }

    private long deadline() {
        return machine.nanoTime() + tuning.waitLimit().toNanos();
    }

    @Override
    public CompletionStage<Extension> extend(Hold hold, long outputTokensMax) {
        RunningHold running = RunningHold.of(hold);
        Want want = running.beginExtension(outputTokensMax);
        Waiting.Extending request = new Waiting.Extending(running, want, deadline());
        OrganizationLeases organization = running.organization();
        String stopped = watch.stoppedBecause();
        if (stopped == null || stopped.equals(Watch.CLOSING)) {
            organization.lane().await(request);
        } else {
            Outcomes outcomes = new Outcomes();
            outcomes.unavailable(organization, request, stopped);
            outcomes.run();
        }
        return request.extension();
    }

    @Override
    public CompletionStage<Settled> charge(Hold hold, Usage usage, Call call) {
        RunningHold running = RunningHold.of(hold);
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
        running.giveBackAllBut(amount.nanos());
        PendingCharge pending =
                new PendingCharge(
                        running,
                        charge,
                        amount,
                        call,
                        machine.nanoTime(),
                        new CompletableFuture<>());
        Lane lane = running.organization().lane();
        lane.charge(pending);
        lane.released(running.organization());
        return pending.settled();
    }

    @Override
    public void release(Hold hold) {
        RunningHold running = RunningHold.of(hold);
        running.end();
        running.giveBackAllBut(0);
        Lane lane = running.organization().lane();
        lane.released(running.organization());
        lane.turnstile().leave(1);
    }

    /** Credit or limits of an organization changed: leases are asked for anew at once. */
    public void changed(long organizationId) {
        lanes.get(Lanes.of(organizationId)).changed(organizationId);
    }

    /** {@link #changed(long)} of every organization: it may have been missed. */
    public void changed() {
        lanes.forEach(Lane::allChanged);
    }

    /** Another process needs money of an organization: what is idle here goes back to its pools. */
    public void recalled(long organizationId) {
        lanes.get(Lanes.of(organizationId)).recalled(organizationId);
    }

    /** The ledger's verification, and that usage records, journal and roll-ups agree. */
    public Verification verify() {
        return books.verify();
    }

    private void tick() {
        if (machine.isStopped()) {
            return;
        }
        try {
            lanes.forEach(Lane::tick);
            ticks++;
            if (ticks % TICKS_PER_CHORES == 0) {
                watch.beginChores(settler);
            }
        } finally {
            boolean _ = machine.runLater(TICK, this::tick);
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
        beginClosing();
        long drainUntil = machine.nanoTime() + tuning.drainLimit().toNanos();
        lanes.forEach(lane -> lane.turnstile().awaitEmpty(drainUntil - machine.nanoTime()));
        long settleUntil = machine.nanoTime() + SETTLE_LIMIT.toNanos();
        returnLeases();
        boolean drained = true;
        for (Lane lane : lanes) {
            drained &= lane.awaitSettled(settleUntil - machine.nanoTime());
        }
        lanes.forEach(lane -> lane.shut(Watch.CLOSING));
        machine.stop();
        boolean ended = machine.awaitEnd(SETTLE_LIMIT);
        try {
            if (drained && ended) {
                books.bury(incarnationId, "drained");
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

    /** Takes nobody in any more. */
    void beginClosing() {
        watch.stop(Watch.CLOSING);
        lanes.forEach(Lane::beginClosing);
    }

    void returnLeases() {
        lanes.forEach(Lane::returnLeases);
    }

    /** Of each lane the number of the last message that was answered; 0: none. */
    List<Long> confirmed() {
        return watch.confirmed();
    }

    /** Whether the database has lost what it had confirmed to this process. */
    boolean isForgotten() {
        return watch.isForgotten();
    }

    /** Whether the ledger knows all that has happened here. */
    boolean isSettled() {
        return lanes.stream().allMatch(Lane::isSettled);
    }

    /** Stops as a killed process does: says nothing to anybody, and the lock is free. */
    void abandon() {
        watch.stop("killed");
        machine.stop();
        if (!machine.awaitEnd(SETTLE_LIMIT)) {
            throw new IllegalStateException("a transaction is still under way");
        }
        NodeLock held = nodeLock;
        if (held != null) {
            nodeLock = null;
            held.close();
        }
    }

    @Override
    public int running() {
        return lanes.stream().mapToInt(lane -> lane.turnstile().inside()).sum();
    }

    /** Organizations in memory, for tests. */
    int organizations() {
        return lanes.stream().mapToInt(Lane::organizations).sum();
    }
}
