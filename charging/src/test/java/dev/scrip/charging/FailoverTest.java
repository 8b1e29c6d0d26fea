package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.ledger.GrantOutcome;
import dev.scrip.ledger.Lanes;
import dev.scrip.ledger.Ledger;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL is replaced by a standby that had not heard of the latest commits. */
class FailoverTest {

    private static final Instant BEFORE = Instant.parse("2026-03-01T00:00:00Z");

    private final Shop shop = new Shop(() -> BEFORE);
    private final Stage stage = new Stage(shop);
    private final DatabaseAddress primary = TestPostgres.migrated();

    @AfterEach
    void close() {
        stage.database.close();
        shop.close();
    }

    private DatabaseAddress standby() {
        stage.database.close();
        DatabaseAddress made = Standby.of(primary);
        stage.database = Database.open(primary);
        return made;
    }

    private Payer payer(long organizationId) {
        Ledger ledger = new Ledger(stage.database, () -> BEFORE);
        GrantOutcome granted =
                ledger.grant(
                        new GrantOrder(
                                organizationId,
                                "all",
                                GrantKind.PURCHASE,
                                Money.ofDollars("5.00"),
                                GrantOrder.PRIORITY_DEFAULT,
                                BEFORE,
                                null,
                                "for a failover"));
        assertThat(granted).isInstanceOf(GrantOutcome.Granted.class);
        return new Payer(organizationId, 1, 1, 1, null);
    }

    @Test
    void aProcessThatHasNothingToSayIsToldByItsHeartbeat() {
        stage.database = Database.open(primary);
        Payer payer = payer(1);
        SimulatedProcess process = stage.process();
        Hold running = stage.hold(process, payer, 100);
        stage.until(process.charging::isSettled);
        DatabaseAddress standby = standby();
        var _ = stage.get(stage.charge(process, running, 100));
        stage.until(process.charging::isSettled);

        stage.database.close();
        stage.database = Database.open(standby);

        stage.until(process.charging::isForgotten);
        assertThat(stage.admit(process, payer, 100))
                .isEqualTo(new Admission.Unavailable(Watch.FORGOTTEN));
    }

    @Test
    void aProcessLooksForWhatIsLostAsSoonAsMessagesAreAnsweredAgain() {
        stage.database = Database.open(primary);
        Payer payer = payer(1);
        Payer other = payer(anotherLane());
        SimulatedProcess process = stage.process();
        Hold running = stage.hold(process, payer, 100);
        Hold elsewhere = stage.hold(process, other, 100);
        stage.until(process.charging::isSettled);
        DatabaseAddress standby = standby();
        var _ = stage.get(stage.charge(process, running, 100));

        stage.weather.awayUntil = stage.time.now() + Duration.ofMillis(300).toNanos();
        var charged = stage.charge(process, elsewhere, 100);
        stage.pass(Duration.ofMillis(200));
        stage.database.close();
        stage.database = Database.open(standby);

        assertThat(stage.get(charged).balanceAfter())
                .as("of a lane that lost nothing")
                .isEqualTo(Money.ofDollars("4.90"));
        stage.pass(Duration.ofMillis(20));
        assertThat(process.charging.isForgotten()).isTrue();
    }

    private static long anotherLane() {
        long organization = 2;
        while (Lanes.of(organization) == Lanes.of(1)) {
            organization++;
        }
        return organization;
    }

    @Test
    void aProcessThatKnowsMoreThanTheNewPrimaryStopsAndItsSuccessorGoesOn() {
        stage.database = Database.open(primary);
        Payer payer = payer(1);
        SimulatedProcess process = stage.process();
        Settled kept = stage.get(stage.charge(process, stage.hold(process, payer, 100), 100));
        Hold running = stage.hold(process, payer, 100);
        stage.until(process.charging::isSettled);
        DatabaseAddress standby = standby();
        Settled lost = stage.get(stage.charge(process, stage.hold(process, payer, 100), 100));
        assertThat(lost.balanceAfter()).isEqualTo(Money.ofDollars("4.80"));

        stage.database.close();
        stage.database = Database.open(standby);

        assertThat(stage.charge(process, running, 100))
                .satisfies(charge -> stage.until(charge::isDone))
                .isCompletedExceptionally();
        assertThat(stage.admit(process, payer, 100))
                .isEqualTo(new Admission.Unavailable(Watch.FORGOTTEN));
        assertThat(process.charging.isSettled()).as("it is not drained").isFalse();

        Ledger ledger = new Ledger(stage.database, () -> BEFORE);
        ledger.bury(process.incarnationId, "restarted");
        SimulatedProcess successor = stage.process();
        Hold all = stage.hold(successor, payer, 4_900);
        successor.charging.release(all);
        assertThat(ledger.balance(1).credit()).isEqualTo(kept.balanceAfter());
        assertThat(successor.charging.verify().checks())
                .allSatisfy(check -> assertThat(check.differences()).as(check.name()).isEmpty());
    }
}
