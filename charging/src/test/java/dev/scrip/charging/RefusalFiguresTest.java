package dev.scrip.charging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Payer;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a refused request is told, and how long it is made to wait for that. */
class RefusalFiguresTest {

    private static Shop shop;

    private final Stage stage = new Stage(shop);
    private final SimulatedProcess one = stage.process();
    private final SimulatedProcess other = stage.process();

    @BeforeAll
    static void open() {
        // A price must be in force when the simulated time begins.
        shop = new Shop(Shop.clockAt("2026-03-01T00:00:00Z"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static Money dollars(String amount) {
        return Money.ofDollars(amount);
    }

    @Test
    void ofCreditWhatIsAvailableAndHeldIsTheBalance() {
        Payer payer = shop.payer("1.00");
        var _ = stage.get(stage.charge(one, stage.hold(one, payer, 100), 100));
        var _ = stage.hold(one, payer, 300);
        var _ = stage.hold(other, payer, 595);

        assertThat(stage.admit(other, payer, 100))
                .isEqualTo(
                        new Admission.InsufficientCredit(
                                dollars("0.016"), dollars("0.005"), dollars("0.895")));
    }

    @Test
    void ofALimitWhatIsSpentAvailableAndHeldIsTheLimit() {
        Payer payer = shop.payer("5.00");
        var budget =
                shop.ledger.setBudget(
                        payer.organizationId(),
                        Subject.organization(),
                        BudgetPeriod.LIFETIME,
                        LimitKind.HARD,
                        dollars("1.00"));
        var _ = stage.get(stage.charge(one, stage.hold(one, payer, 100), 100));
        var _ = stage.hold(one, payer, 300);
        var _ = stage.hold(other, payer, 595);

        assertThat(stage.admit(other, payer, 100))
                .isInstanceOfSatisfying(
                        Admission.LimitReached.class,
                        refused -> {
                            assertThat(refused.budget().budgetId()).isEqualTo(budget.budgetId());
                            assertThat(refused.spent()).isEqualTo(dollars("0.10"));
                            assertThat(refused.available()).isEqualTo(dollars("0.005"));
                            assertThat(refused.held()).isEqualTo(dollars("0.895"));
                            assertThat(refused.required()).isEqualTo(dollars("0.016"));
                        });
    }

    @Test
    void ofALoweredLimitMayBeSpentMoreThanItIs() {
        Payer payer = shop.payer("5.00");
        limit(payer, "1.00");
        var _ = stage.get(stage.charge(one, stage.hold(one, payer, 300), 300));
        limit(payer, "0.20");
        one.charging.changed(payer.organizationId());

        assertThat(stage.admit(one, payer, 100))
                .isInstanceOfSatisfying(
                        Admission.LimitReached.class,
                        refused -> {
                            assertThat(refused.budget().amount()).isEqualTo(dollars("0.20"));
                            assertThat(refused.spent()).isEqualTo(dollars("0.30"));
                            assertThat(refused.available()).isEqualTo(Money.ZERO);
                        });
    }

    private static void limit(Payer payer, String amount) {
        var _ =
                shop.ledger.setBudget(
                        payer.organizationId(),
                        Subject.organization(),
                        BudgetPeriod.LIFETIME,
                        LimitKind.HARD,
                        dollars(amount));
    }

    private static final Duration NO_WAIT = Duration.ofMillis(100);

    @Test
    void nobodyWaitsForAProcessThatIsNotHeardOf() {
        Payer payer = shop.payer("1.00");
        one.charging.release(stage.hold(one, payer, 800));
        one.machine.freeze(Duration.ofMinutes(2));
        stage.pass(Duration.ofSeconds(40));

        long asked = stage.time.now();
        assertThat(stage.admit(other, payer, 900)).isInstanceOf(Admission.Held.class);
        assertThat(stage.admit(other, payer, 900)).isInstanceOf(Admission.InsufficientCredit.class);
        assertThat(stage.time.now() - asked).as("of virtual time").isLessThan(NO_WAIT.toNanos());
    }

    @Test
    void nobodyWaitsWhenNotEvenAllThatOthersHaveWouldDo() {
        Payer payer = shop.payer("0.01");
        var _ = stage.hold(one, payer, 10);

        long asked = stage.time.now();
        assertThat(stage.admit(other, payer, 100)).isInstanceOf(Admission.InsufficientCredit.class);
        assertThat(stage.time.now() - asked).as("of virtual time").isLessThan(NO_WAIT.toNanos());
    }
}
