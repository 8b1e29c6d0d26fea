package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.GrantKind;
import dev.scrip.ledger.GrantOrder;
import dev.scrip.money.Money;
import dev.scrip.payments.FaultyProcessor.Fault;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every way in which purchases, grants and charges can disagree is found. */
class PurchaseVerificationTest {

    private static Shop shop;
    private static Card card;

    @BeforeAll
    static void open() {
        shop = new Shop();
        card = shop.card(shop.organization(), SandboxCard.VISA);
        Payments payments = shop.payments();
        payments.buy(Shop.purchase(card, "paid", "20"));
        Card poor = shop.card(card.organizationId(), SandboxCard.INSUFFICIENT_FUNDS);
        payments.buy(Shop.purchase(poor, "declined", "30"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @Test
    void agreesAlsoWhileAnAnswerIsOnItsWay() {
        assertThat(shop.verify().differences()).isEmpty();
        shop.payments(sandbox -> new FaultyProcessor(sandbox, Fault.ANSWER_LOST))
                .buy(Shop.purchase(card, "on its way", "40"));
        assertThat(shop.verify().differences()).isEmpty();
        // A paid purchase, its grant and its charge, and the charge that is on its way.
        assertThat(shop.verify().compared()).isEqualTo(4);
    }

    @Test
    void findsAPurchaseOfAnotherAmount() {
        assertThat(after("UPDATE purchase SET amount = amount + 1 WHERE state = 'PAID'"))
                .hasSize(2)
                .allMatch(difference -> difference.contains("is of 20.000000001 but its"));
    }

    @Test
    void findsAPurchaseWithoutItsGrant() {
        assertThat(after("UPDATE purchase SET grant_id = 1 WHERE state = 'PAID'"))
                .hasSize(2)
                .anyMatch(difference -> difference.endsWith("is paid but has no grant 1"))
                .anyMatch(difference -> difference.endsWith("of 20.00 has no paid purchase"));
    }

    @Test
    void findsAGrantThatNobodyPaid() {
        GrantOrder forged =
                new GrantOrder(
                        card.organizationId(),
                        "forged",
                        GrantKind.PURCHASE,
                        Money.ofDollars("99"),
                        GrantOrder.PRIORITY_DEFAULT,
                        shop.clock.instant(),
                        null,
                        "Forged");
        assertThat(after(tx -> assertThat(shop.ledger.grant(tx, forged)).isNotNull()))
                .singleElement()
                .asString()
                .endsWith("of 99.00 has no paid purchase");
    }

    @Test
    void findsAPurchaseThatWasNotCharged() {
        assertThat(
                        after(
                                """
                                DELETE FROM sandbox_charge WHERE state = 'SUCCEEDED'
                                    AND amount = 20000000000
                                """))
                .singleElement()
                .asString()
                .endsWith("is paid but has no charge");
    }

    @Test
    void findsADeclinedPurchaseThatWasCharged() {
        assertThat(
                        after(
                                """
                                UPDATE sandbox_charge SET state = 'SUCCEEDED', decline_reason = NULL
                                WHERE state = 'DECLINED'
                                """))
                .singleElement()
                .asString()
                .endsWith("was declined but charged with 30.00");
    }

    @Test
    void findsAChargeOfNoPurchase() {
        assertThat(
                        after(
                                """
                                UPDATE sandbox_charge SET idempotency_key = 'other'
                                WHERE state = 'SUCCEEDED' AND amount = 20000000000
                                """))
                .hasSize(2)
                .contains("the sandbox charged 20.00 for other, which is no purchase");
    }

    private static List<String> after(String tampering) {
        return after(tx -> tx.execute(tampering));
    }

    /** What verification finds in tampered books, which are then as they were. */
    private static List<String> after(Consumer<Handle> tampering) {
        try (Payments payments = shop.payments()) {
            return shop.database.transaction(
                    tx -> {
                        tx.savepoint("untouched");
                        tampering.accept(tx);
                        List<String> differences = payments.verify(tx).differences();
                        tx.rollbackToSavepoint("untouched");
                        return differences;
                    });
        }
    }
}
