package dev.scrip.bench;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolId;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ledger and metering alone: full batches, written as charging writes them, over a few connections
 * that serve the lanes in turn.
 */
final class LedgerBench {

    private static final int WALLETS = 10_000;
    private static final int CHARGES = 5_000;
    private static final int CONNECTIONS = 4;
    private static final int WARM_UP_SECONDS = 8;
    private static final int SECONDS = 8;
    private static final Money AMOUNT = Money.ofNanos(103_500);
    private static final Money HELD = Money.ofNanos(135_000);
    private static final Money LEASE = Money.ofNanos(3_000_000);
    private static final long WALLET = 0;

    private final Workshop workshop;
    private final UUID incarnationId = UUID.randomUUID();
    private final Queue<Lane> lanes = new ConcurrentLinkedQueue<>();
    private final LongAdder settled = new LongAdder();
    private volatile boolean stopping;

    private LedgerBench(Workshop workshop, List<Payer> payers) {
        this.workshop = workshop;
        workshop.ledger().enlist(incarnationId, "ledger-bench", Instant.now());
        Map<Integer, List<Payer>> byLane = new HashMap<>();
        for (Payer payer : payers) {
            byLane.computeIfAbsent(Lanes.of(payer.organizationId()), key -> new ArrayList<>())
                    .add(payer);
        }
        byLane.forEach((lane, members) -> lanes.add(new Lane(lane, List.copyOf(members))));
    }

    static void measure(Path folder, Report report) throws InterruptedException {
        try (Workshop workshop = new Workshop(folder)) {
            double spread = new LedgerBench(workshop, workshop.payers(WALLETS)).run();
            report.plain("ledger_and_metering", spread, "1/s");
        }
    }

    /** Charges per second, after a time for the compiler. */
    private double run() throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            writers.add(Thread.ofPlatform().start(this::write));
        }
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long before = settled.sum();
        long ours = processorNanos(writers);
        Duration postgres = workshop.processorTimeOfPostgres();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(SECONDS);
        double charges = (double) (settled.sum() - before);
        double perSecond = charges / Report.secondsSince(began);
        Report.say(
                "ledger and metering: %,.0f/s; processor time of a charge %.1f µs here and %.1f µs"
                        + " in PostgreSQL",
                perSecond,
                (processorNanos(writers) - ours) / 1e3 / charges,
                workshop.processorTimeOfPostgres().minus(postgres).toNanos() / 1e3 / charges);
        stopping = true;
        for (Thread writer : writers) {
            writer.join();
        }
        return perSecond;
    }

    /** Without the compiler and the collector, which a longer run would have done with. */
    private static long processorNanos(List<Thread> threads) {
        var times = ManagementFactory.getThreadMXBean();
        return threads.stream().mapToLong(one -> times.getThreadCpuTime(one.threadId())).sum();
    }

    private void write() {
        while (!stopping) {
            Lane lane = Objects.requireNonNull(lanes.poll(), "there are more lanes than writers");
            lane.settle();
            settled.add(CHARGES);
            lanes.add(lane);
        }
    }

    /** One lane's leases, as the process knows them. */
    private final class Lane {

        private final int index;
        private final List<Payer> payers;
        private final SplittableRandom random;
        private final Map<PoolId, Money> spent = new HashMap<>();
        private final Map<PoolId, Money> granted = new HashMap<>();
        private long number;

        Lane(int index, List<Payer> payers) {
            this.index = index;
            this.payers = payers;
            this.random = new SplittableRandom(index);
        }

        void settle() {
            Instant at = Instant.now();
            List<Exchange.ChargeOrder> charges = new ArrayList<>(CHARGES);
            Map<PoolId, Money> reported = new HashMap<>();
            for (int i = 0; i < CHARGES; i++) {
                Payer payer = payers.get(random.nextInt(payers.size()));
                PoolId pool = new PoolId(payer.organizationId(), WALLET);
                if (spent.containsKey(pool)) {
                    charges.add(
                            new Exchange.ChargeOrder(
                                    payer,
                                    Ids.at(at),
                                    AMOUNT,
                                    List.of(new Exchange.Share(WALLET, HELD, at)),
                                    at));
                    reported.put(pool, spent.merge(pool, AMOUNT, Money::plus));
                } else {
                    reported.putIfAbsent(pool, Money.ZERO);
                }
            }
            List<Exchange.LeaseReport> reports = new ArrayList<>();
            List<Exchange.LeaseDemand> demands = new ArrayList<>();
            reported.forEach(
                    (pool, sum) -> {
                        reports.add(new Exchange.LeaseReport(pool, sum, Money.ZERO));
                        Money left = granted.getOrDefault(pool, Money.ZERO).minus(sum);
                        if (left.isLessThan(LEASE)) {
                            demands.add(
                                    new Exchange.LeaseDemand(
                                            pool, Money.ZERO, LEASE.plus(LEASE), false));
                        }
                    });
            send(new Exchange(incarnationId, index, ++number, at, reports, charges, demands));
        }

        private void send(Exchange exchange) {
            ExchangeReply reply = workshop.settle(exchange, this::records);
            for (ExchangeReply.LeaseState state : reply.leases()) {
                granted.put(state.pool(), state.granted());
                spent.putIfAbsent(state.pool(), state.spent());
            }
        }

        private List<UsageRecord> records(Exchange exchange, ExchangeReply reply) {
            Map<Long, ExchangeReply.WalletSettled> wallets = new HashMap<>();
            reply.wallets().forEach(wallet -> wallets.put(wallet.organizationId(), wallet));
            List<UsageRecord> records = new ArrayList<>(exchange.charges().size());
            for (Exchange.ChargeOrder charge : exchange.charges()) {
                var wallet = Objects.requireNonNull(wallets.get(charge.organizationId()));
                records.add(Workshop.usageRecord(charge, wallet.entryId(), wallet.balanceBefore()));
            }
            return records;
        }
    }
}
