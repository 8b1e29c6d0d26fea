package dev.scrip.charging;

import dev.scrip.ledger.DurableHold;
import dev.scrip.ledger.HoldOrder;
import dev.scrip.ledger.HoldOutcome;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.OperationKey;
import dev.scrip.ledger.Refusal;
import dev.scrip.ledger.UsageOutcome;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.pricing.Charge;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The money of requests that run elsewhere: durable holds and usage that is charged in one step.
 * Each commits the ledger's charge and its usage record as one, once for its key. Its methods wait
 * for the database, and for a moment for idle leases; they need no leases of this process.
 */
public final class Authorizations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Authorizations.class);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(1);
    private static final int SWEEP_MAX = 500;

    private final Database database;
    private final Ledger ledger;
    private final PriceBook prices;
    private final Metering metering;
    private final InstantSource clock;
    private @Nullable Thread sweeper;

    public Authorizations(
            Database database,
            Ledger ledger,
            PriceBook prices,
            Metering metering,
            InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.prices = prices;
        this.metering = metering;
        this.clock = clock;
    }

    /** Begins to end holds whose time is over; any number of processes may do so. */
    public void start() {
        sweeper = Thread.ofVirtual().name("holds").start(this::sweepOnAndOn);
    }

    /** Sets an amount aside; see {@link dev.scrip.ledger.Holds#hold}. */
    public HoldOutcome hold(HoldOrder order) {
        return decided(mayWait -> tx -> ledger.holds().hold(tx, order, mayWait));
    }

    /** Sets more aside or longer; see {@link dev.scrip.ledger.Holds#extend}. */
    public HoldOutcome extend(
            long organizationId, long holdId, OperationKey key, Money more, Duration lasts) {
        return decided(
                mayWait ->
                        tx ->
                                ledger.holds()
                                        .extend(
                                                tx,
                                                organizationId,
                                                holdId,
                                                key,
                                                more,
                                                lasts,
                                                mayWait));
    }

    /** Lets a hold go; see {@link dev.scrip.ledger.Holds#release}. */
    public HoldOutcome release(long organizationId, long holdId, OperationKey key) {
        return decided(_ -> tx -> ledger.holds().release(tx, organizationId, holdId, key));
    }

    /** Charges a hold; see {@link dev.scrip.ledger.Holds#capture}. */
    public HoldOutcome capture(CaptureOrder order) {
        Money known = order.amount();
        if (known != null) {
            return capture(order, known, ExternalRecords.NO_PRICE);
        }
        Usage usage = order.usage();
        Optional<DurableHold> hold = ledger.holds().find(order.organizationId(), order.holdId());
        if (hold.isEmpty() || usage == null) {
            return new HoldOutcome.UnknownHold();
        }
        // The price is pinned when it is held, as for a request that runs here.
        Optional<Charge> charge = price(hold.get().model(), usage, hold.get().heldAt());
        return charge.isPresent()
                ? capture(order, charge.get().amount(), charge.get().priceId())
                : decided(
                        _ ->
                                tx ->
                                        ledger.holds()
                                                .refuseCapture(
                                                        tx,
                                                        order.organizationId(),
                                                        order.key(),
                                                        unpriced(hold.get().model())));
    }

    private HoldOutcome capture(CaptureOrder order, Money amount, long priceId) {
        return decided(
                mayWait ->
                        tx -> {
                            HoldOutcome outcome =
                                    ledger.holds()
                                            .capture(
                                                    tx,
                                                    order.organizationId(),
                                                    order.holdId(),
                                                    order.key(),
                                                    amount,
                                                    mayWait);
                            if (outcome instanceof HoldOutcome.Done done && !done.replayed()) {
                                metering.record(
                                        tx,
                                        List.of(ExternalRecords.of(done, order.usage(), priceId)));
                            }
                            return outcome;
                        });
    }

    /** Work of one transaction. */
    private interface Step {
        HoldOutcome in(Handle tx);
    }

    /** Makes the step, told whether it may put off its decision. */
    private interface Attempt {
        Step make(boolean mayWait);
    }

    private HoldOutcome decided(Attempt attempt) {
        return Patience.decide(
                mayWait -> database.transaction(tx -> attempt.make(mayWait).in(tx)),
                outcome -> outcome instanceof HoldOutcome.AskAgain);
    }

    /**
     * Charges usage, each event once for its key: one transaction for each lane, the events of an
     * organization in their order.
     *
     * @return what became of each, in the order of the events
     */
    public List<UsageOutcome> charge(List<UsageEvent> events) {
        return new UsageBatch(database, ledger, metering, this, clock.instant(), events).charge();
    }

    /** What usage costs by the price in force at a moment; empty: there is none. */
    Optional<Charge> price(String model, Usage usage, Instant at) {
        return prices.charge(model, usage, at);
    }

    static Refusal unpriced(String model) {
        return new Refusal(Refusal.Reason.UNPRICED, model);
    }

    /** Ends what is due now; how many holds were charged by that. */
    int sweep() {
        Map<Integer, List<Long>> lanes =
                ledger.holds().due(SWEEP_MAX).stream()
                        .collect(
                                Collectors.groupingBy(
                                        Lanes::of, TreeMap::new, Collectors.toList()));
        int charged = 0;
        for (List<Long> organizations : lanes.values()) {
            charged += database.transaction(tx -> sweep(tx, organizations));
        }
        return charged;
    }

    private int sweep(Handle tx, List<Long> organizations) {
        List<UsageRecord> records =
                ledger.holds().endDue(tx, organizations, SWEEP_MAX).stream()
                        .map(done -> ExternalRecords.of(done, null, ExternalRecords.NO_PRICE))
                        .toList();
        metering.record(tx, records);
        return records.size();
    }

    private void sweepOnAndOn() {
        try {
            while (true) {
                Thread.sleep(SWEEP_PAUSE);
                try {
                    int charged = sweep();
                    LOG.debug("{} holds were charged at their end", charged);
                } catch (RuntimeException failed) {
                    if (Thread.interrupted()) {
                        return;
                    }
                    LOG.warn("expired holds could not be ended; tried again soon", failed);
                }
            }
        } catch (InterruptedException closing) {
            LOG.debug("no more holds are ended by this process");
        }
    }

    @Override
    public void close() {
        Thread running = sweeper;
        if (running != null) {
            sweeper = null;
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
