package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Incarnation;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.metering.Metering;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Signals;
import dev.scrip.postgres.Signals.Topic;
import dev.scrip.pricing.AddOutcome;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Usage;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Everything that charging stands on, for real, in a database of its own. The model {@link #MODEL}
 * costs a tenth of a cent per token of output and nothing else.
 */
final class Shop implements AutoCloseable {

    /** Kept, for a logger that nobody keeps is made anew, with its level. */
    private static final Logger QUIET = Logger.getLogger("dev.scrip.charging");

    static final String MODEL = "penny-a-line";

    /** The output whose price is ten cents. */
    static final long TEN_CENTS = 100;

    final Database database = TestPostgres.database();
    final InstantSource clock;
    final Ledger ledger;
    final Metering metering;
    final PriceBook prices;
    private final List<Signals> signals = new CopyOnWriteArrayList<>();
    final Path lockFile = temporaryFolder().resolve("node.lock");

    Shop() {
        this(InstantSource.system());
    }

    Shop(InstantSource clock) {
        this.clock = clock;
        this.ledger = new Ledger(database, clock);
        this.metering = new Metering(database);
        this.prices = new PriceBook(database, clock);
        assertThat(
                        prices.add(
                                new NewPrice(
                                        MODEL,
                                        "Penny a line",
                                        Optional.empty(),
                                        new TokenRates(0, 0, 0, 1_000_000_000),
                                        0,
                                        1_000_000,
                                        100_000,
                                        "these tests",
                                        List.of())))
                .isInstanceOf(AddOutcome.Added.class);
    }

    /** Nothing is logged any more by what is put under attack. */
    static void silence() {
        QUIET.setLevel(Level.OFF);
    }

    /** The records of another database. */
    Metering metering(Database of) {
        return of == database ? metering : new Metering(of);
    }

    static SettableClock clockAt(String moment) {
        return new SettableClock(Instant.parse(moment));
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("charging-test");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Charging start() {
        return start(Tuning.DEFAULT);
    }

    Charging start(Tuning tuning) {
        return start(tuning, lockFile, "here");
    }

    /** Another process, on a machine of its own. */
    Charging startElsewhere(String node) {
        return start(Tuning.DEFAULT, temporaryFolder().resolve("node.lock"), node);
    }

    private Charging start(Tuning tuning, Path lock, String node) {
        Charging charging =
                new Charging(
                        new LedgerBooks(database, ledger, metering),
                        prices,
                        new LocalMachine(clock),
                        tuning,
                        UUID.randomUUID());
        Signals heard = new Signals(database);
        heard.on(Topic.CREDIT_CHANGED, charging::changed, charging::changed);
        heard.on(Topic.RECALL, charging::recalled, () -> {});
        heard.start();
        signals.add(heard);
        charging.start(lock, node);
        await("signals are heard", heard::isListening);
        return charging;
    }

    /** A new organization with so much credit that never expires. */
    Payer payer(String credit) {
        long organizationId = Ids.next();
        database.execute(tx -> ledger.openWallet(tx, organizationId));
        if (!Money.ofDollars(credit).isZero()) {
            grant(organizationId, credit, null);
        }
        return new Payer(organizationId, 11, 12, 13, null);
    }

    void grant(long organizationId, String credit, @Nullable Instant expiresAt) {
        GrantOrder order =
                new GrantOrder(
                        organizationId,
                        "grant " + Ids.next(),
                        GrantKind.PURCHASE,
                        Money.ofDollars(credit),
                        GrantOrder.PRIORITY_DEFAULT,
                        clock.instant(),
                        expiresAt,
                        "for a test");
        GrantOutcome outcome = database.transaction(tx -> ledger.grant(tx, order));
        assertThat(outcome).isInstanceOf(GrantOutcome.Granted.class);
    }

    /** A process with the same name and a lock file of its own. */
    Charging startAt(Path otherLockFile) {
        Charging charging = new Charging(database, ledger, prices, metering, clock);
        charging.start(otherLockFile, "here");
        return charging;
    }

    /** Of so many tokens of output. */
    static Money price(long outputTokens) {
        return Money.ofNanos(outputTokens * 1_000_000);
    }

    static Ask ask(long outputTokens) {
        return new Ask(MODEL, 10, OptionalLong.of(outputTokens), 1);
    }

    static Usage usage(long outputTokens) {
        return new Usage(10, 0, outputTokens, 0, false);
    }

    Call call() {
        return new Call("chat.completions", "here", false, clock.instant(), "completed");
    }

    Admission admit(Charging charging, Payer payer, long outputTokens) {
        return get(charging.admit(payer, ask(outputTokens)).toCompletableFuture());
    }

    Hold hold(Charging charging, Payer payer, long outputTokens) {
        Admission admission = admit(charging, payer, outputTokens);
        assertThat(admission).isInstanceOf(Admission.Held.class);
        return ((Admission.Held) admission).hold();
    }

    Settled charge(Charging charging, Hold hold, long outputTokens) {
        return get(charging.charge(hold, usage(outputTokens), call()).toCompletableFuture());
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    Money credit(Payer payer) {
        return ledger.balance(payer.organizationId()).credit();
    }

    /** The processes that are not proven dead. */
    List<UUID> living() {
        return ledger.incarnations().stream()
                .filter(each -> each.state() != Incarnation.State.DEAD)
                .map(Incarnation::id)
                .toList();
    }

    Money held(Payer payer) {
        return ledger.balance(payer.organizationId()).held();
    }

    void assertBooksAgree(Charging charging) {
        assertThat(charging.verify().checks())
                .allSatisfy(check -> assertThat(check.differences()).as(check.name()).isEmpty());
    }

    /** Waits for something that happens by itself. */
    static void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not happen: " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    @Override
    public void close() {
        signals.forEach(Signals::close);
        prices.close();
        database.close();
    }
}
