package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.payer;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Refusal.Reason;
import dev.scrip.ledger.UsageOutcome.AskAgain;
import dev.scrip.ledger.UsageOutcome.Charged;
import dev.scrip.ledger.UsageOutcome.KeyReused;
import dev.scrip.ledger.UsageOutcome.Refused;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Usage that is charged in one step: covered, or refused and remembered. */
class UsageChargesTest {

    private static final LedgerFixture FIXTURE = new LedgerFixture();
    private final Ledger ledger = FIXTURE.ledger;
    private final long organization = FIXTURE.organization();

    @BeforeEach
    void resetClock() {
        FIXTURE.now = START;
    }

    @AfterEach
    void balances() {
        FIXTURE.balances();
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private static UsageOrder order(long organization, String key, String dollars) {
        return new UsageOrder(
                new OperationKey(key, "body of " + key + dollars),
                payer(organization),
                Ids.next(),
                "",
                Money.ofDollars(dollars),
                Optional.empty());
    }

    private List<UsageOutcome> charge(boolean mayWait, UsageOrder... orders) {
        return FIXTURE.database.transaction(
                tx -> ledger.holds().charge(tx, List.of(orders), mayWait));
    }

    private List<UsageOutcome> charge(UsageOrder... orders) {
        return charge(false, orders);
    }

    @Test
    void eachIsChargedWhileCreditCoversIt() {
        FIXTURE.credit(organization, "1.00");
        List<UsageOutcome> outcomes =
                charge(
                        order(organization, "a", "0.60"),
                        order(organization, "b", "0.50"),
                        order(organization, "c", "0.40"),
                        order(organization, "d", "0.00"));
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        Charged.class,
                        charged ->
                                assertThat(charged.balance()).isEqualTo(Money.ofDollars("0.40")));
        assertThat(outcomes.get(1))
                .isEqualTo(
                        new Refused(
                                new Refusal(
                                        Reason.INSUFFICIENT_CREDIT,
                                        Money.ofDollars("0.50"),
                                        Money.ofDollars("0.40"),
                                        ""),
                                false));
        assertThat(outcomes.subList(2, 4)).allMatch(one -> one instanceof Charged);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ZERO);
        assertThat(ledger.history(organization, Optional.empty(), 10).getFirst().note())
                .isEqualTo("3 requests");
    }

    @Test
    void keysAreRememberedInACallAndForEver() {
        FIXTURE.credit(organization, "1.00");
        List<UsageOutcome> first =
                charge(
                        order(organization, "a", "0.60"),
                        order(organization, "a", "0.60"),
                        order(organization, "a", "0.10"),
                        order(organization, "b", "0.50"),
                        order(organization, "b", "0.50"));
        Charged charged = (Charged) first.get(0);
        Charged again =
                new Charged(
                        charged.requestId(),
                        charged.amount(),
                        charged.balance(),
                        charged.entryId(),
                        charged.chargedAt(),
                        true);
        Refusal refusal = ((Refused) first.get(3)).refusal();
        assertThat(first)
                .containsExactly(
                        charged,
                        again,
                        new KeyReused(),
                        new Refused(refusal, false),
                        new Refused(refusal, true));
        FIXTURE.credit(organization, "5.00");
        FIXTURE.pass(Duration.ofDays(1));
        assertThat(
                        charge(
                                order(organization, "b", "0.50"),
                                order(organization, "a", "0.60"),
                                order(organization, "b", "0.40")))
                .containsExactly(new Refused(refusal, true), again, new KeyReused());
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("5.40"));
    }

    @Test
    void hardLimitIsNeverPassedAndSoftOnesAreTold() {
        FIXTURE.credit(organization, "9.00");
        ledger.setLimit(organization, LimitKind.HARD, LedgerFixture.dollars("1.00"));
        ledger.setLimit(organization, LimitKind.SOFT, LedgerFixture.dollars("0.50"));
        List<UsageOutcome> outcomes =
                charge(
                        order(organization, "a", "0.60"),
                        order(organization, "b", "0.60"),
                        order(organization, "c", "0.40"));
        assertThat(outcomes.get(1))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.refusal().reason())
                                        .isEqualTo(Reason.LIMIT_REACHED));
        assertThat(outcomes.get(2)).isInstanceOf(Charged.class);
        assertThat(ledger.monthSpending(organization).spent()).isEqualTo(Money.ofDollars("1.00"));
        List<LedgerEvent.Kind> told = new ArrayList<>();
        FIXTURE.database.execute(
                tx -> ledger.takeEvents(tx, 10).forEach(event -> told.add(event.kind())));
        assertThat(told).contains(LedgerEvent.Kind.SOFT_LIMIT_REACHED);
    }

    @Test
    void whoWaitsForLeasesKeepsItsOrder() {
        FIXTURE.credit(organization, "1.00");
        LedgerFixture.Holder process = FIXTURE.process();
        process.demand(wallet(organization), "0.75", "0.75");
        UsageOrder[] orders = {
            order(organization, "a", "0.20"),
            order(organization, "b", "0.50"),
            order(organization, "c", "0.05")
        };
        List<UsageOutcome> outcomes = charge(true, orders);
        assertThat(outcomes.get(0)).isInstanceOf(Charged.class);
        assertThat(outcomes.subList(1, 3)).containsOnly(new AskAgain());
        process.giveBack(wallet(organization), "0.75");
        assertThat(charge(true, orders)).allMatch(one -> one instanceof Charged);
        assertThat(ledger.balance(organization).credit()).isEqualTo(Money.ofDollars("0.25"));
    }

    @Test
    void whatWasRefusedOutsideIsRememberedToo() {
        FIXTURE.credit(organization, "1.00");
        Refusal unpriced = new Refusal(Reason.UNPRICED, "no-such-model");
        UsageOrder order =
                new UsageOrder(
                        new OperationKey("k", "body"),
                        payer(organization),
                        Ids.next(),
                        "no-such-model",
                        Money.ZERO,
                        Optional.of(unpriced));
        assertThat(charge(order)).containsExactly(new Refused(unpriced, false));
        UsageOrder priced =
                new UsageOrder(
                        order.key(),
                        order.payer(),
                        Ids.next(),
                        order.model(),
                        Money.ofDollars("0.10"),
                        Optional.empty());
        assertThat(charge(priced)).containsExactly(new Refused(unpriced, true));
    }

    @Test
    void oneTransactionIsOfOneLane() {
        long other = organization;
        while (Lanes.of(other) == Lanes.of(organization)) {
            other = FIXTURE.organization();
        }
        UsageOrder mine = order(organization, "a", "0.10");
        UsageOrder foreign = order(other, "a", "0.10");
        assertThatThrownBy(() -> charge(mine, foreign))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> order(organization, "a", "-0.10"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void organizationsOfALaneAreChargedTogetherAndApart() {
        long other = FIXTURE.organization();
        while (Lanes.of(other) != Lanes.of(organization)) {
            other = FIXTURE.organization();
        }
        FIXTURE.credit(organization, "1.00");
        FIXTURE.credit(other, "0.05");
        List<UsageOutcome> outcomes =
                charge(
                        order(organization, "a", "0.10"),
                        order(other, "a", "0.10"),
                        order(organization, "b", "0.10"),
                        order(other, "b", "0.05"));
        assertThat(outcomes.get(0)).isInstanceOf(Charged.class);
        assertThat(outcomes.get(1)).isInstanceOf(Refused.class);
        assertThat(outcomes.get(2)).isInstanceOf(Charged.class);
        assertThat(((Charged) outcomes.get(3)).balance()).isEqualTo(Money.ZERO);
    }
}
