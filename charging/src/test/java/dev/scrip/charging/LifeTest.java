package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Exchange;
import dev.scrip.ledger.ExchangeReply;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Payer;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Start, end, and what happens when PostgreSQL or this process does not end well. */
class LifeTest {

    private final Shop shop = new Shop();

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void admitsNobodyBeforeItsStartAndAfterItsEnd() {
        Payer payer = shop.payer("5.00");
        Charging early =
                new Charging(shop.database, shop.ledger, shop.prices, shop.metering, shop.clock);
        assertThat(shop.admit(early, payer, 100)).isInstanceOf(Admission.Unavailable.class);
        early.close();

        Charging late = shop.start();
        late.close();
        late.close();
        assertThat(shop.admit(late, payer, 100)).isInstanceOf(Admission.Unavailable.class);
    }

    @Test
    void closingWaitsForRunningRequestsSettlesThemAndReturnsEverything() throws Exception {
        Payer payer = shop.payer("5.00");
        Charging charging = shop.start();
        Hold hold = shop.hold(charging, payer, 100);
        assertThat(shop.held(payer)).isNotEqualTo(Money.ZERO);

        Thread closing = Thread.ofPlatform().start(charging::close);
        Shop.await("nobody is admitted", () -> isClosed(charging, payer));
        Settled settled = shop.charge(charging, hold, 100);
        closing.join(Duration.ofSeconds(30));

        assertThat(closing.isAlive()).isFalse();
        assertThat(settled.balanceAfter()).isEqualTo(Money.ofDollars("4.90"));
        assertThat(shop.held(payer)).isEqualTo(Money.ZERO);
        assertThat(shop.living()).isEmpty();
        shop.assertBooksAgree(charging);
    }

    private boolean isClosed(Charging charging, Payer payer) {
        if (shop.admit(charging, payer, 100) instanceof Admission.Held(Hold hold)) {
            charging.release(hold);
            return false;
        }
        return true;
    }

    @Test
    void whatStillRunsAfterTheBoundIsCutOffAndNothingStaysLeased() {
        Payer payer = shop.payer("5.00");
        Charging charging =
                shop.start(
                        new Tuning(
                                100,
                                100,
                                Duration.ofSeconds(2),
                                Duration.ofMillis(400),
                                100,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(200),
                                5_000,
                                4));
        Hold hold = shop.hold(charging, payer, 100);

        charging.close();

        assertThat(charging.charge(hold, Shop.usage(10), shop.call()).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(shop.held(payer)).isEqualTo(Money.ZERO);
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("5.00"));
    }

    @Test
    void theSuccessorOfAKilledProcessTakesBackWhatItHad() {
        Payer payer = shop.payer("5.00");
        Charging killed = shop.start();
        shop.charge(killed, shop.hold(killed, payer, 100), 100);
        Hold cutOff = shop.hold(killed, payer, 100);
        assertThat(cutOff.amount()).isEqualTo(Money.ofDollars("0.10"));
        killed.abandon();
        assertThat(shop.held(payer)).isNotEqualTo(Money.ZERO);

        try (Charging successor = shop.start()) {
            assertThat(shop.held(payer)).isEqualTo(Money.ZERO);
            assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.90"));
            assertThat(CrowdTest.holds(CrowdTest.admitAll(successor, payer, 60)))
                    .hasSize(49)
                    .allSatisfy(successor::release);
            shop.assertBooksAgree(successor);
        }
    }

    @Test
    void aProcessOfTheSameNameWithAnotherLockFileTakesNothingBack() {
        Payer payer = shop.payer("5.00");
        try (Charging charging = shop.start()) {
            Hold hold = shop.hold(charging, payer, 100);
            try (Charging namesake = shop.startAt(shop.lockFile.resolveSibling("elsewhere"))) {
                assertThat(shop.living()).hasSize(2);
                shop.assertBooksAgree(namesake);
            }
            assertThat(shop.held(payer).isLessThan(hold.amount())).isFalse();
            charging.release(hold);
        }
    }

    @Test
    void aProcessThatWasCopiedTakesNoFurtherRequest() {
        Payer payer = shop.payer("5.00");
        Charging charging = shop.start();
        Exchange sentByTheCopy =
                new Exchange(
                        shop.living().getFirst(),
                        Lanes.of(payer.organizationId()),
                        1,
                        shop.clock.instant(),
                        List.of(),
                        List.of(),
                        List.of());
        ExchangeReply reply =
                shop.database.transaction(tx -> shop.ledger.exchange(tx, sentByTheCopy));
        assertThat(reply.replayed()).isFalse();

        assertThat(shop.admit(charging, payer, 100)).isInstanceOf(Admission.Unavailable.class);

        assertThat(shop.admit(charging, shop.payer("1.00"), 100))
                .isEqualTo(
                        new Admission.Unavailable("this process was copied and must be restarted"));
        charging.close();
    }

    @Test
    void aSecondProcessOnTheSameLockFileDoesNotStart() throws Exception {
        Process other = lockInAnotherProcess(shop.lockFile);
        try {
            assertThatThrownBy(shop::start)
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("another process of this node is running")
                    .hasMessageContaining(shop.lockFile.toString());
        } finally {
            other.destroyForcibly();
            other.waitFor();
        }
        try (Charging charging = shop.start()) {
            assertThatThrownBy(shop::start).isInstanceOf(StartFailure.class);
            assertThatThrownBy(shop::start)
                    .as("and asking did not give the lock up")
                    .isInstanceOf(StartFailure.class);
            assertThat(shop.living()).hasSize(1);
        }
    }

    private static Process lockInAnotherProcess(Path file) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Locker.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(Locker.LOCKED)) {
                return process;
            }
        }
        throw new AssertionError("the other process did not take the lock");
    }

    /** The main of another process that holds the lock until it is killed. */
    static final class Locker {
        static final String LOCKED = "locked";

        private Locker() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(
                            Path.of(arguments[0]),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                channel.lock();
                System.out.println(LOCKED);
                int ignored = System.in.read();
            }
        }
    }

    @Test
    void aConnectionThatIsLostAtAnyMomentLosesAndDoublesNoCharge() throws Exception {
        List<Payer> payers = new ArrayList<>();
        for (int organization = 0; organization < 8; organization++) {
            payers.add(shop.payer("20.00"));
        }
        Map<Long, Money> acknowledged = new ConcurrentHashMap<>();
        try (Charging charging = shop.start()) {
            AtomicBoolean over = new AtomicBoolean();
            Thread killer = Thread.ofPlatform().start(() -> killConnections(over));
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int client = 0; client < 12; client++) {
                Payer payer = payers.get(client % payers.size());
                clients.add(
                        CompletableFuture.runAsync(
                                () -> chargeMany(charging, payer, acknowledged),
                                task -> Thread.ofVirtual().start(task)));
            }
            clients.forEach(Shop::get);
            over.set(true);
            killer.join();
            Shop.await("all is settled", () -> charging.running() == 0);
            Shop.await("no dead connection is left", this::isConnected);
            shop.assertBooksAgree(charging);
        }
        Money total = acknowledged.values().stream().reduce(Money.ZERO, Money::plus);
        Money spent = Money.ZERO;
        for (Payer payer : payers) {
            spent = spent.plus(Money.ofDollars("20.00").minus(shop.credit(payer)));
            assertThat(shop.held(payer)).isEqualTo(Money.ZERO);
        }
        assertThat(acknowledged).hasSizeGreaterThan(200);
        assertThat(spent).as("every charge is there once").isEqualTo(total);
        acknowledged.forEach(
                (requestId, amount) ->
                        assertThat(
                                        payers.stream()
                                                .map(Payer::organizationId)
                                                .map(id -> shop.metering.request(id, requestId))
                                                .flatMap(Optional::stream)
                                                .map(UsageRecord::amount))
                                .containsExactly(amount));
    }

    private void chargeMany(Charging charging, Payer payer, Map<Long, Money> acknowledged) {
        for (int request = 0; request < 25; request++) {
            if (shop.admit(charging, payer, 100) instanceof Admission.Held(Hold hold)) {
                Settled settled = shop.charge(charging, hold, 1 + request);
                acknowledged.put(hold.requestId(), settled.amount());
            }
        }
    }

    private boolean isConnected() {
        try {
            return shop.database.read(tx -> tx.createQuery("SELECT 1").mapTo(Long.class).one())
                    == 1;
        } catch (RuntimeException dead) {
            return false;
        }
    }

    private void killConnections(AtomicBoolean over) {
        while (!over.get()) {
            try {
                shop.database.owner(
                        tx ->
                                tx.createQuery(
                                                """
                                                SELECT count(pg_terminate_backend(pid))
                                                FROM pg_stat_activity
                                                WHERE datname = current_database()
                                                    AND pid <> pg_backend_pid()
                                                """)
                                        .mapTo(Long.class)
                                        .one());
                Thread.sleep(30);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            } catch (RuntimeException theConnectionFromThePoolWasOneOfTheDead) {
                Thread.onSpinWait();
            }
        }
    }
}
