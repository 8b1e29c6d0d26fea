package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.payments.FaultyProcessor.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a crash, a silent processor or an absent customer leaves open is ended, exactly once. */
class OpenPurchasesTest {

    private static Shop shop;

    private Card card;
    private long organizationId;

    @BeforeAll
    static void openShop() {
        shop = new Shop();
    }

    @AfterAll
    static void closeShop() {
        shop.assertBooksAgree();
        shop.close();
    }

    @BeforeEach
    void addCard() {
        card = shop.card(shop.organization(), SandboxCard.VISA);
        organizationId = card.organizationId();
    }

    @AfterEach
    void stopAll() {
        shop.stopAll();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DOWN", "ANSWER_LOST", "CRASH"})
    void aPurchaseWithoutAnAnswerIsPendingAndThenPaidOnce(Fault fault) {
        PurchaseOrder order = Shop.purchase(card, "crash", "20");
        Payments crashed = faulty(fault).payments();
        Purchase pending = ((PurchaseOutcome.Pending) crashed.buy(order)).purchase();
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ZERO);
        assertThat(shop.verify().differences()).isEmpty();
        crashed.close();

        shop.clock.move(Duration.ofMinutes(1));
        Payments first = shop.payments();
        Payments second = shop.payments();
        first.start();
        second.start();
        Shop.await(() -> state(pending) == Purchase.State.PAID);

        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
        assertThat(shop.ledger.grants(organizationId)).hasSize(1);
        assertThat(shop.mails("receipt", pending)).hasSize(1);
        assertThat(first.buy(order)).isInstanceOf(PurchaseOutcome.Paid.class);
    }

    @Test
    void aDeclineThatWasMissedIsTold() {
        Card poor = shop.card(organizationId, SandboxCard.INSUFFICIENT_FUNDS);
        Payments crashed = faulty(Fault.ANSWER_LOST).payments();
        Purchase pending =
                ((PurchaseOutcome.Pending) crashed.buy(Shop.purchase(poor, "poor", "20")))
                        .purchase();
        shop.clock.move(Duration.ofMinutes(1));
        shop.payments().start();
        Shop.await(() -> state(pending) == Purchase.State.DECLINED);
        assertThat(shop.mails("payment_failed", pending))
                .singleElement()
                .satisfies(
                        mail ->
                                assertThat(mail.text())
                                        .contains(DeclineReason.INSUFFICIENT_FUNDS.message()));
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ZERO);
    }

    /** The second transaction fails at its last statement: nothing of it may be left. */
    @Test
    void creditReceiptAndMailAreWrittenTogetherOrNotAtAll() {
        sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$
                """);
        sql(
                """
                CREATE TRIGGER refuse BEFORE UPDATE ON purchase
                FOR EACH ROW WHEN (new.state = 'PAID') EXECUTE FUNCTION refuse()
                """);
        Payments payments = shop.payments();
        PurchaseOrder order = Shop.purchase(card, "full", "20");
        Purchase pending = ((PurchaseOutcome.Pending) payments.buy(order)).purchase();
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ZERO);
        assertThat(shop.ledger.grants(organizationId)).isEmpty();
        assertThat(shop.mails("receipt", pending)).isEmpty();

        sql("DROP TRIGGER refuse ON purchase");
        // The customer presses the button again before the background does.
        Purchase paid = ((PurchaseOutcome.Paid) payments.buy(order)).purchase();
        assertThat(paid.id()).isEqualTo(pending.id());
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
        assertThat(shop.mails("receipt", paid)).hasSize(1);
    }

    @Test
    void aLateAnswerIsUsedWhenItComes() {
        Card late = shop.card(organizationId, SandboxCard.ANSWERS_LATE);
        Payments payments = shop.payments(sandbox -> sandbox, Duration.ofMillis(100));
        PurchaseOrder order = Shop.purchase(late, "late", "20");
        Purchase pending = ((PurchaseOutcome.Pending) payments.buy(order)).purchase();
        Shop.await(() -> state(pending) == Purchase.State.PAID);
        assertThat(payments.buy(order)).isInstanceOf(PurchaseOutcome.Paid.class);
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
        assertThat(shop.mails("receipt", pending)).hasSize(1);
    }

    @Test
    void theProcessorIsAskedLessAndLessOftenUntilTheDeadline() {
        Payments payments =
                shop.payments(
                        sandbox -> new FaultyProcessor(sandbox, Fault.DOWN),
                        Duration.ofSeconds(10));
        assertThat(payments.buy(Shop.purchase(card, "down", "20")))
                .isInstanceOf(PurchaseOutcome.Pending.class);
        Purchases purchases = purchases();
        List<Integer> seconds = new ArrayList<>();
        // Other tests may have left purchases open.
        for (int second = 0; second <= 3_600; second += 5) {
            for (StoredPurchase open : purchases.claimOpen("sandbox", 100)) {
                if (open.purchase().organizationId() == organizationId) {
                    assertThat(purchases.isOverdue(open)).isEqualTo(second >= 3_600);
                    seconds.add(second);
                }
            }
            assertThat(purchases.claimOpen("sandbox", 100)).as("claimed once").isEmpty();
            shop.clock.move(Duration.ofSeconds(5));
        }
        assertThat(seconds)
                .startsWith(15, 20, 30, 50, 90, 170, 330, 630, 930)
                .endsWith(3_330, 3_600);
    }

    @Test
    void afterAnHourWithoutTheProcessorThePaymentIsCalledOffForGood() {
        Faulty faulty = faulty(Fault.DOWN);
        Payments payments = faulty.payments();
        PurchaseOrder order = Shop.purchase(card, "hour", "20");
        Purchase pending = ((PurchaseOutcome.Pending) payments.buy(order)).purchase();
        shop.clock.move(Duration.ofMinutes(60));
        faulty.processor().fault = Fault.NONE;
        payments.start();
        Shop.await(() -> state(pending) == Purchase.State.DECLINED);
        Purchase declined = ((PurchaseOutcome.Declined) payments.buy(order)).purchase();
        assertThat(declined.reason()).isEqualTo(DeclineReason.PROCESSOR_UNREACHABLE.message());
        assertThat(shop.mails("payment_failed", declined)).hasSize(1);

        // A charge that was still on its way comes too late to charge anything.
        StoredPurchase stored =
                shop.database
                        .read(tx -> PurchaseStore.find(tx, organizationId, declined.id()))
                        .orElseThrow();
        assertThat(shop.sandbox.charge(stored.charge())).isEqualTo(new ChargeAnswer.Cancelled());
    }

    @Test
    void anHourLaterAPaymentThatHadSucceededIsPaid() {
        Payments crashed = faulty(Fault.CRASH).payments();
        Purchase pending =
                ((PurchaseOutcome.Pending) crashed.buy(Shop.purchase(card, "old", "20")))
                        .purchase();
        shop.clock.move(Duration.ofHours(30));
        shop.payments().start();
        Shop.await(() -> state(pending) == Purchase.State.PAID);
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
    }

    @Test
    void aConfirmationThatNobodyGivesEndsAfterHalfAnHour() {
        Card asking = shop.card(organizationId, SandboxCard.CONFIRMS);
        Payments payments = shop.payments();
        payments.start();
        PurchaseOrder order = Shop.purchase(asking, "abandoned", "20");
        Purchase purchase = ((PurchaseOutcome.Confirm) payments.buy(order)).purchase();
        shop.clock.move(Duration.ofMinutes(29));
        Shop.await(() -> asked(purchase) > 0);
        assertThat(state(purchase)).isEqualTo(Purchase.State.CONFIRMING);

        shop.clock.move(Duration.ofMinutes(2));
        Shop.await(() -> state(purchase) == Purchase.State.DECLINED);
        Purchase declined = ((PurchaseOutcome.Declined) payments.buy(order)).purchase();
        assertThat(declined.reason()).isEqualTo(DeclineReason.CONFIRMATION_ABANDONED.message());
        assertThat(payments.confirm(organizationId, purchase.id(), true))
                .isEqualTo(new PurchaseOutcome.Declined(declined));
    }

    @Test
    void aConfirmationWhoseAnswerWasLostIsFoundOut() {
        Card asking = shop.card(organizationId, SandboxCard.CONFIRMS);
        Faulty faulty = faulty(Fault.NONE);
        Payments payments = faulty.payments();
        Purchase purchase =
                ((PurchaseOutcome.Confirm) payments.buy(Shop.purchase(asking, "lost", "20")))
                        .purchase();
        faulty.processor().fault = Fault.CRASH;
        assertThat(payments.confirm(organizationId, purchase.id(), true))
                .isInstanceOf(PurchaseOutcome.Confirm.class);
        shop.clock.move(Duration.ofMinutes(1));
        shop.payments().start();
        Shop.await(() -> state(purchase) == Purchase.State.PAID);
    }

    @Test
    void whoClicksAgainWhileItIsPendingIsNotChargedTwice() {
        Faulty faulty = faulty(Fault.ANSWER_LOST);
        Payments payments = faulty.payments();
        PurchaseOrder order = Shop.purchase(card, "again", "20");
        assertThat(payments.buy(order)).isInstanceOf(PurchaseOutcome.Pending.class);
        assertThat(payments.buy(order)).isInstanceOf(PurchaseOutcome.Pending.class);
        faulty.processor().fault = Fault.NONE;
        assertThat(payments.buy(order)).isInstanceOf(PurchaseOutcome.Paid.class);
        assertThat(faulty.processor().charges).hasValue(3);
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
    }

    private Purchases purchases() {
        return new Purchases(
                shop.database, shop.ledger, shop.outbox, shop.clock, Duration.ofSeconds(10));
    }

    private record Faulty(FaultyProcessor processor, Payments payments) {}

    private Faulty faulty(Fault fault) {
        AtomicReference<FaultyProcessor> made = new AtomicReference<>();
        Payments payments =
                shop.payments(
                        sandbox -> {
                            made.set(new FaultyProcessor(sandbox, fault));
                            return made.get();
                        });
        return new Faulty(made.get(), payments);
    }

    private Purchase.State state(Purchase purchase) {
        return stored(purchase).purchase().state();
    }

    private int asked(Purchase purchase) {
        return stored(purchase).askedTimes();
    }

    private StoredPurchase stored(Purchase purchase) {
        return shop.database
                .read(tx -> PurchaseStore.find(tx, purchase.organizationId(), purchase.id()))
                .orElseThrow();
    }

    private void sql(String statement) {
        shop.database.owner(tx -> tx.execute(statement));
    }
}
