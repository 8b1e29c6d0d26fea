package dev.scrip.bench;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Call;
import dev.scrip.charging.Charging;
import dev.scrip.charging.Settled;
import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.PoolList;
import dev.scrip.ledger.Subject;
import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.EmbeddedPostgres;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Together;
import dev.scrip.pricing.AddOutcome;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * The money path for real, without HTTP: a durable embedded PostgreSQL, and everything from
 * charging downwards in this process.
 */
final class Workshop implements AutoCloseable {

    private static final String MODEL = "bench-model";
    private static final int CONNECTIONS_MAX = 12;
    private static final Ask ASK = new Ask(MODEL, 100, OptionalLong.of(200), 1);
    private static final Usage USAGE = new Usage(90, 0, 150, 0, false);

    private final InstantSource clock = InstantSource.system();
    private final EmbeddedPostgres server;
    private final Database database;
    private final Ledger ledger;
    private final Metering metering;
    private final PriceBook prices;
    private final BenchStore store;
    private final Charging charging;

    Workshop(Path folder) {
        server = EmbeddedPostgres.start(folder.resolve("postgres"), true);
        database = Database.open(server.address(CONNECTIONS_MAX));
        ledger = new Ledger(database, clock);
        prices = new PriceBook(database, clock);
        AddOutcome added = prices.add(price());
        if (!(added instanceof AddOutcome.Added)) {
            throw new IllegalStateException("no price: " + added);
        }
        metering = new Metering(database);
        charging = new Charging(database, ledger, prices, metering, clock);
        charging.start(folder.resolve("node.lock"), "bench");
        store = new BenchStore(database);
    }

    private static NewPrice price() {
        return new NewPrice(
                MODEL,
                "Bench model",
                Optional.empty(),
                new TokenRates(150_000, 75_000, 150_000, 600_000),
                0,
                1_000_000,
                100_000,
                "measurements",
                List.of());
    }

    Charging charging() {
        return charging;
    }

    BenchStore store() {
        return store;
    }

    /**
     * Organizations with plenty of credit, made by copying the rows of one; the list takes no
     * memory.
     */
    List<Payer> payers(int count) {
        long first = Ids.next();
        GrantOrder order =
                new GrantOrder(
                        first,
                        "plenty",
                        GrantKind.PURCHASE,
                        Money.ofDollars("1000000"),
                        GrantOrder.PRIORITY_DEFAULT,
                        clock.instant(),
                        null,
                        "for measurements");
        ledger.grant(order);
        store.copyOrganization(first, count - 1);
        return new AbstractList<>() {
            @Override
            public Payer get(int index) {
                return new Payer(first + index, 11, 12, 13, null);
            }

            @Override
            public int size() {
                return count;
            }
        };
    }

    /**
     * Sets hard limits that are never reached, of the month for the organization and of the day for
     * the key. Returns from how many pools the payer's requests then hold.
     */
    int limit(Payer payer) {
        Money plenty = Money.ofDollars("1000000");
        long organizationId = payer.organizationId();
        Budget _ =
                ledger.setBudget(
                        organizationId,
                        Subject.organization(),
                        BudgetPeriod.MONTH,
                        LimitKind.HARD,
                        plenty);
        Budget _ =
                ledger.setBudget(
                        organizationId,
                        Subject.apiKey(payer.apiKeyId()),
                        BudgetPeriod.DAY,
                        LimitKind.HARD,
                        plenty);
        PoolList pools = ledger.pools(payer, MODEL, clock.instant());
        return pools.credit().size() + pools.budgets().size();
    }

    CompletionStage<Admission> admit(Payer payer) {
        return charging.admit(payer, ASK);
    }

    CompletionStage<Settled> charge(Admission admission) {
        if (admission instanceof Admission.Held held) {
            return charging.charge(
                    held.hold(),
                    USAGE,
                    new Call("chat.completions", "bench", false, clock.instant(), "completed"));
        }
        return CompletableFuture.failedStage(
                new IllegalStateException("not admitted: " + admission));
    }

    /** One request from its beginning until its charge is durable. */
    CompletionStage<Settled> request(Payer payer) {
        return admit(payer).thenCompose(this::charge);
    }

    Ledger ledger() {
        return ledger;
    }

    /** Settles a message and what it records in one transaction, as charging does. */
    ExchangeReply settle(
            Exchange exchange, BiFunction<Exchange, ExchangeReply, List<UsageRecord>> records) {
        return database.transaction(
                tx -> {
                    Together writes = Together.of(tx);
                    ExchangeReply reply = ledger.exchange(writes, exchange);
                    metering.record(writes, records.apply(exchange, reply));
                    writes.run();
                    return reply;
                });
    }

    static UsageRecord usageRecord(ChargeOrder charge, long entryId, Money balance) {
        Payer payer = charge.payer();
        return new UsageRecord(
                payer.organizationId(),
                charge.requestId(),
                payer.projectId(),
                payer.apiKeyId(),
                payer.endUser(),
                "chat.completions",
                MODEL,
                "bench",
                false,
                charge.heldAt(),
                charge.heldAt(),
                "completed",
                USAGE.inputTokens(),
                USAGE.cachedInputTokens(),
                USAGE.cacheWriteTokens(),
                USAGE.outputTokens(),
                USAGE.reasoningTokens(),
                false,
                77,
                charge.amount(),
                charge.held(),
                Money.ZERO,
                entryId,
                balance);
    }

    /** What this process has had of the processors. */
    static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What all processes of PostgreSQL that still run have had of the processors. */
    Duration processorTimeOfPostgres() {
        return ProcessHandle.of(server.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        charging.close();
        prices.close();
        database.close();
        server.close();
    }
}
