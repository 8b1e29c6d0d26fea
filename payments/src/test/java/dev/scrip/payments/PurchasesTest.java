package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurchasesTest {

    private static Shop shop;
    private static Payments payments;

    @BeforeAll
    static void open() {
        shop = new Shop();
        payments = shop.payments();
    }

    @AfterAll
    static void close() {
        shop.assertBooksAgree();
        shop.close();
    }

    @Test
    void payingRaisesTheBalanceAtOnceWithReceiptAndMail() {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        long organizationId = card.organizationId();

        PurchaseOutcome outcome = payments.buy(Shop.purchase(card, "first", "20.50"));

        Purchase purchase = ((PurchaseOutcome.Paid) outcome).purchase();
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20.50"));
        assertThat(shop.ledger.grants(organizationId))
                .singleElement()
                .satisfies(
                        grant -> {
                            assertThat(grant.kind()).isEqualTo(GrantKind.PURCHASE);
                            assertThat(grant.expiresAt()).isNull();
                            assertThat(grant.note()).isEqualTo("Purchase, Visa ending in 4242");
                        });
        assertThat(purchase.receiptNumber()).matches("R-2026-[0-9]{6}");
        assertThat(purchase.reason()).isNull();
        assertThat(purchase.endedAt()).isEqualTo(shop.clock.instant());
        assertThat(payments.receipt(organizationId, purchase.id(), "Analytical Engines"))
                .contains(
                        new Receipt(
                                purchase.receiptNumber(),
                                shop.clock.instant(),
                                "Analytical Engines",
                                "Prepaid API credit",
                                Money.ofDollars("20.50"),
                                "Visa",
                                "4242",
                                "Ada Lovelace",
                                Shop.ADDRESS,
                                Money.ofDollars("20.50")));
        assertThat(shop.mails("receipt", purchase))
                .singleElement()
                .satisfies(
                        mail -> {
                            assertThat(mail.to()).isEqualTo(Shop.BUYER);
                            assertThat(mail.subject())
                                    .isEqualTo(
                                            "Receipt "
                                                    + purchase.receiptNumber()
                                                    + ": $20.50 of API credit");
                            assertThat(mail.text())
                                    .contains("Visa ending in 4242", "Balance after:  $20.50");
                        });

        Purchase second =
                ((PurchaseOutcome.Paid) payments.buy(Shop.purchase(card, "second", "5")))
                        .purchase();
        assertThat(payments.receipt(organizationId, second.id(), "").orElseThrow().balanceAfter())
                .isEqualTo(Money.ofDollars("25.50"));
        assertThat(payments.purchases(organizationId, Optional.empty(), 10))
                .containsExactly(second, purchase);
        assertThat(payments.purchases(organizationId, Optional.of(second.id()), 10))
                .containsExactly(purchase);
    }

    @ParameterizedTest
    @EnumSource(SandboxCard.class)
    void everyTestCardEndsAsItsPageSays(SandboxCard testCard) {
        Card card = shop.card(shop.organization(), testCard);
        PurchaseOutcome outcome = payments.buy(Shop.purchase(card, "try", "20"));
        if (testCard.behaviour() == SandboxCard.Behaviour.ASKS_FOR_CONFIRMATION) {
            Purchase asked = ((PurchaseOutcome.Confirm) outcome).purchase();
            assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ZERO);
            outcome = payments.confirm(card.organizationId(), asked.id(), true);
        }
        if (testCard.decline().isPresent()) {
            Purchase declined = ((PurchaseOutcome.Declined) outcome).purchase();
            assertThat(declined.state()).isEqualTo(Purchase.State.DECLINED);
            assertThat(declined.reason()).isEqualTo(testCard.decline().get().message());
            assertThat(declined.receiptNumber()).isNull();
            assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ZERO);
            assertThat(shop.ledger.grants(card.organizationId())).isEmpty();
            assertThat(payments.receipt(card.organizationId(), declined.id(), "")).isEmpty();
            // It was on the page already.
            assertThat(shop.mails("payment_failed", declined)).isEmpty();
        } else {
            assertThat(outcome).isInstanceOf(PurchaseOutcome.Paid.class);
            assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars("20"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.99", "500.01", "20.001", "5.000000001"})
    void refusesWhatMayNotBeBought(String dollars) {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        assertThat(payments.buy(Shop.purchase(card, "range", dollars)))
                .isEqualTo(
                        new PurchaseOutcome.OutOfRange(
                                Money.ofDollars("5"), Money.ofDollars("500")));
        assertThat(payments.purchases(card.organizationId(), Optional.empty(), 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5.01", "499.99", "500"})
    void takesEveryAmountBetween(String dollars) {
        Card card = shop.card(shop.organization(), SandboxCard.MASTERCARD);
        assertThat(payments.buy(Shop.purchase(card, "range", dollars)))
                .isInstanceOf(PurchaseOutcome.Paid.class);
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars(dollars));
    }

    @Test
    void cardsOfOthersAndRemovedCardsCannotPay() {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        PurchaseOrder stranger =
                new PurchaseOrder(
                        shop.organization(), "key", Money.ofDollars("20"), card.id(), 7, "eve@x.y");
        assertThat(payments.buy(stranger)).isEqualTo(new PurchaseOutcome.NoSuchCard());
        assertThat(payments.removeCard(card.organizationId(), card.id())).isTrue();
        assertThat(payments.buy(Shop.purchase(card, "removed", "20")))
                .isEqualTo(new PurchaseOutcome.NoSuchCard());
    }

    @Test
    void doubledClicksBuyOnceAndAreAnsweredAlike() throws Exception {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        List<PurchaseOutcome> outcomes =
                AtOnce.run(32, _ -> payments.buy(Shop.purchase(card, "clicked", "20")));

        assertThat(outcomes).hasSize(32).allMatch(PurchaseOutcome.Paid.class::isInstance);
        assertThat(new HashSet<>(outcomes)).hasSize(1);
        Purchase purchase = ((PurchaseOutcome.Paid) outcomes.getFirst()).purchase();
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars("20"));
        assertThat(shop.ledger.grants(card.organizationId())).hasSize(1);
        assertThat(shop.mails("receipt", purchase)).hasSize(1);
    }

    @Test
    void differentKeysAtOnceBuyEach() throws Exception {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        List<PurchaseOutcome> outcomes =
                AtOnce.run(
                        8,
                        i ->
                                payments.buy(
                                        Shop.purchase(
                                                card, "key " + i % 2, i % 2 == 0 ? "20" : "30")));

        Set<PurchaseOutcome> distinct = new HashSet<>(outcomes);
        assertThat(distinct).hasSize(2).allMatch(PurchaseOutcome.Paid.class::isInstance);
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars("50"));
        assertThat(shop.ledger.grants(card.organizationId()))
                .extracting(Grant::amount)
                .containsExactlyInAnyOrder(Money.ofDollars("20"), Money.ofDollars("30"));
        assertThat(payments.purchases(card.organizationId(), Optional.empty(), 10))
                .extracting(Purchase::receiptNumber)
                .doesNotHaveDuplicates();
    }

    @Test
    void theSameKeyIsAnsweredTheSameForEver() {
        Card card = shop.card(shop.organization(), SandboxCard.INSUFFICIENT_FUNDS);
        Card good = shop.card(card.organizationId(), SandboxCard.VISA);
        PurchaseOutcome declined = payments.buy(Shop.purchase(card, "same", "20"));
        PurchaseOutcome paid = payments.buy(Shop.purchase(good, "paid", "20"));
        assertThat(payments.removeCard(card.organizationId(), card.id())).isTrue();
        assertThat(payments.removeCard(card.organizationId(), good.id())).isTrue();

        Payments restarted = shop.payments();
        assertThat(restarted.buy(Shop.purchase(card, "same", "20"))).isEqualTo(declined);
        assertThat(restarted.buy(Shop.purchase(good, "paid", "20"))).isEqualTo(paid);
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars("20"));
    }

    @Test
    void aKeyIsNotGoodForAnotherPurchase() {
        Card card = shop.card(shop.organization(), SandboxCard.VISA);
        Card other = shop.card(card.organizationId(), SandboxCard.MASTERCARD);
        Purchase first =
                ((PurchaseOutcome.Paid) payments.buy(Shop.purchase(card, "key", "20"))).purchase();
        PurchaseOutcome reused = new PurchaseOutcome.KeyReused(first);
        assertThat(payments.buy(Shop.purchase(card, "key", "21"))).isEqualTo(reused);
        assertThat(payments.buy(Shop.purchase(other, "key", "20"))).isEqualTo(reused);
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ofDollars("20"));
        assertThatThrownBy(() -> payments.buy(Shop.purchase(card, " ", "20")))
                .isInstanceOf(IllegalArgumentException.class);

        // Another organization's key is another key.
        Card stranger = shop.card(shop.organization(), SandboxCard.VISA);
        assertThat(payments.buy(Shop.purchase(stranger, "key", "30")))
                .isInstanceOf(PurchaseOutcome.Paid.class);
    }

    @Test
    void aConfirmationIsAskedOnItsPageAndAnsweredOnce() throws Exception {
        Card card = shop.card(shop.organization(), SandboxCard.CONFIRMS);
        PurchaseOrder order = Shop.purchase(card, "confirm", "20");
        PurchaseOutcome.Confirm asked = (PurchaseOutcome.Confirm) payments.buy(order);
        Purchase purchase = asked.purchase();
        assertThat(purchase.state()).isEqualTo(Purchase.State.CONFIRMING);
        assertThat(asked.url())
                .isEqualTo("/billing/purchases/" + Ids.print("pur_", purchase.id()) + "/confirm");
        assertThat(payments.buy(order)).isEqualTo(asked);

        long organizationId = card.organizationId();
        assertThatThrownBy(() -> payments.confirm(shop.organization(), purchase.id(), true))
                .isInstanceOf(IllegalArgumentException.class);
        List<PurchaseOutcome> outcomes =
                AtOnce.run(8, _ -> payments.confirm(organizationId, purchase.id(), true));
        assertThat(new HashSet<>(outcomes)).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(PurchaseOutcome.Paid.class);
        assertThat(payments.confirm(organizationId, purchase.id(), false))
                .isEqualTo(outcomes.getFirst());
        assertThat(payments.buy(order)).isEqualTo(outcomes.getFirst());
        assertThat(shop.credit(organizationId)).isEqualTo(Money.ofDollars("20"));
        assertThat(shop.mails("receipt", purchase)).hasSize(1);
    }

    @Test
    void aDeniedConfirmationChargesNothing() {
        Card card = shop.card(shop.organization(), SandboxCard.CONFIRMS);
        Purchase asked =
                ((PurchaseOutcome.Confirm) payments.buy(Shop.purchase(card, "deny", "20")))
                        .purchase();
        PurchaseOutcome denied = payments.confirm(card.organizationId(), asked.id(), false);
        assertThat(((PurchaseOutcome.Declined) denied).purchase().reason())
                .isEqualTo(DeclineReason.CONFIRMATION_DENIED.message());
        assertThat(payments.confirm(card.organizationId(), asked.id(), true)).isEqualTo(denied);
        assertThat(shop.credit(card.organizationId())).isEqualTo(Money.ZERO);
    }
}
