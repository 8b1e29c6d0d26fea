package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL says no to what is to be settled: there is a record of such a request already. */
class RefusedMessageTest {

    private static Shop shop;

    private final List<String> alarms = new ArrayList<>();
    private final Stage stage = new Stage(shop);
    private final SimulatedProcess process = stage.process();

    @BeforeAll
    static void open() {
        Shop.silence();
        shop = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    /** As if another request had had its id. */
    private static void copyRecord(Payer payer, Hold from, Hold to) {
        shop.database.owner(
                tx -> {
                    tx.execute(
                            """
                            CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM usage_record
                            WHERE organization_id = ? AND request_id = ?
                            """,
                            payer.organizationId(),
                            from.requestId());
                    tx.execute("UPDATE copy SET request_id = ?", to.requestId());
                    tx.execute("INSERT INTO usage_record SELECT * FROM copy");
                });
    }

    private static void removeRecord(Payer payer, Hold of) {
        shop.database.owner(
                tx ->
                        tx.execute(
                                "DELETE FROM usage_record WHERE organization_id = ? AND request_id = ?",
                                payer.organizationId(),
                                of.requestId()));
    }

    private static Payer ofAnotherLane(Payer payer) {
        Payer other = shop.payer("1.00");
        return Lanes.of(other.organizationId()) == Lanes.of(payer.organizationId())
                ? ofAnotherLane(payer)
                : other;
    }

    @Test
    void theLaneStopsWithAnAlarmAndGoesOnWhenTheCauseIsGone() {
        process.charging.onAlarm(alarms::add);
        Payer payer = shop.payer("1.00");
        Payer other = ofAnotherLane(payer);
        Hold first = stage.hold(process, payer, 100);
        var _ = stage.get(stage.charge(process, first, 100));
        Hold second = stage.hold(process, payer, 100);
        copyRecord(payer, first, second);

        CompletableFuture<Settled> charged = stage.charge(process, second, 100);
        stage.pass(Duration.ofSeconds(20));

        assertThat(charged).as("neither told that it is durable nor dropped").isNotDone();
        assertThat(shop.credit(payer)).as("nothing is booked").isEqualTo(Money.ofDollars("0.90"));
        assertThat(stage.admit(process, payer, 100))
                .isInstanceOfSatisfying(
                        Admission.Unavailable.class,
                        no -> assertThat(no.reason()).contains("cannot be settled"));
        assertThat(alarms)
                .singleElement()
                .satisfies(
                        alarm ->
                                assertThat(alarm)
                                        .contains("is refused")
                                        .contains("with 1 charges")
                                        .contains("duplicate key"));
        assertThat(stage.get(stage.charge(process, stage.hold(process, other, 100), 100)))
                .as("another lane goes on")
                .isNotNull();

        removeRecord(payer, second);

        assertThat(stage.get(charged).balanceAfter()).isEqualTo(Money.ofDollars("0.80"));
        assertThat(stage.admit(process, payer, 100)).isInstanceOf(Admission.Held.class);
        shop.assertBooksAgree(process.charging);
    }

    @Test
    void aProcessThatIsForgottenRaisesOneAlarm() {
        process.charging.onAlarm(alarms::add);
        Payer payer = shop.payer("1.00");
        Hold hold = stage.hold(process, payer, 100);
        shop.database.execute(
                tx ->
                        tx.execute(
                                "UPDATE exchange_record SET number = 0 WHERE incarnation_id = ?",
                                process.incarnationId));

        var charged = stage.charge(process, hold, 100);
        stage.until(charged::isDone);
        stage.pass(Duration.ofSeconds(20));

        assertThat(alarms)
                .singleElement()
                .satisfies(alarm -> assertThat(alarm).contains("older than what"));
    }
}
