package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL is away for a while, or comes back older than it was. */
class OutageTest {

    private static Shop shop;

    private Stage stage;
    private SimulatedProcess process;
    private Payer payer;

    @BeforeAll
    static void open() {
        Shop.silence(); // every loss would be a warning
        shop = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void begin() {
        stage = new Stage(shop);
        process = stage.process();
        payer = shop.payer("5.00");
    }

    private void away(Duration duration) {
        stage.weather.awayUntil = stage.time.now() + duration.toNanos();
    }

    @Test
    void whatRunsIsSettledWhenItIsBack() {
        Hold hold = stage.hold(process, payer, 100);
        away(Duration.ofSeconds(20));
        CompletableFuture<Settled> charge = stage.charge(process, hold, 100);
        stage.pass(Duration.ofSeconds(19));
        assertThat(charge).isNotDone();

        assertThat(stage.get(charge).balanceAfter()).isEqualTo(Money.ofDollars("4.90"));
        stage.until(process.charging::isSettled);
        assertThat(process.charging.running()).isZero();
    }

    @Test
    void aResponseWaitsForThirtySecondsAndItsChargeForAsLongAsItTakes() {
        Hold hold = stage.hold(process, payer, 100);
        away(Duration.ofSeconds(40));
        CompletableFuture<Settled> charge = stage.charge(process, hold, 100);
        stage.pass(Duration.ofSeconds(31));
        assertThat(charge)
                .isCompletedExceptionally()
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class);

        stage.until(process.charging::isSettled);
        assertThat(shop.credit(payer)).isEqualTo(Money.ofDollars("4.90"));
        assertThat(shop.metering.request(payer.organizationId(), hold.requestId())).isPresent();
    }

    @Test
    void newRequestsGoOnWhileTheLeaseIsFreshAndAreThenUnavailable() {
        process.charging.release(stage.hold(process, payer, 100));
        away(Duration.ofSeconds(60));
        for (int second = 0; second < 9; second++) {
            process.charging.release(stage.hold(process, payer, 100));
            stage.pass(Duration.ofSeconds(1));
        }
        stage.pass(Duration.ofSeconds(2));
        assertThat(stage.admit(process, payer, 100)).isInstanceOf(Admission.Unavailable.class);
        assertThat(process.charging.running()).isZero();

        stage.until(() -> stage.time.now() >= stage.weather.awayUntil);
        stage.pass(Duration.ofSeconds(2));
        assertThat(stage.admit(process, payer, 100)).isInstanceOf(Admission.Held.class);
    }

    @Test
    void aProcessWhoseConfirmedMessagesAreLostTakesNobodyIn() {
        Hold running = stage.hold(process, payer, 100);
        Payer elsewhere = shop.payer("5.00");
        Hold settledStill = stage.hold(process, elsewhere, 100);
        assertThat(stage.get(stage.charge(process, settledStill, 100))).isNotNull();
        loseTheLatestMessage();

        assertThat(stage.charge(process, running, 100))
                .satisfies(charge -> stage.until(charge::isDone))
                .isCompletedExceptionally();
        assertThat(stage.admit(process, elsewhere, 100))
                .isEqualTo(new Admission.Unavailable(Watch.FORGOTTEN));
        assertThat(process.charging.isSettled()).as("it cannot say that it is drained").isFalse();
        assertThat(process.charging.running()).isZero();

        shop.ledger.bury(process.incarnationId, "restarted");
        assertThat(stage.admit(stage.process(), payer, 5_000)).isInstanceOf(Admission.Held.class);
        shop.assertBooksAgree(process.charging);
    }

    /** As after a failover that lost the end of the log: the ledger knows one message less. */
    private void loseTheLatestMessage() {
        shop.database.execute(
                tx ->
                        tx.createUpdate(
                                        """
                                        UPDATE exchange_record
                                        SET number = number - 1, request_hash = NULL, reply = NULL
                                        WHERE incarnation_id = :incarnation AND number > 0
                                        """)
                                .bind("incarnation", process.incarnationId)
                                .execute());
    }
}
