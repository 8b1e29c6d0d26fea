package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.payments.FaultyProcessor.Fault;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CardsTest {

    private static Shop shop;
    private static Payments payments;

    @BeforeAll
    static void open() {
        shop = new Shop();
        payments = shop.payments();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @Test
    void theFirstCardIsTheDefaultAndRemovingItPassesThatToTheNewestLeft() {
        long organizationId = shop.organization();
        Card first = shop.card(organizationId, SandboxCard.VISA);
        Card second = shop.card(organizationId, SandboxCard.MASTERCARD);
        Card third = shop.card(organizationId, SandboxCard.DISCOVER);
        assertThat(first.isDefault()).isTrue();
        assertThat(second.isDefault()).isFalse();
        assertThat(cards(organizationId)).containsExactly(first.id(), third.id(), second.id());

        assertThat(payments.removeCard(organizationId, first.id())).isTrue();
        assertThat(payments.removeCard(organizationId, first.id())).isTrue();
        assertThat(cards(organizationId)).containsExactly(third.id(), second.id());
        assertThat(payments.cards(organizationId))
                .extracting(Card::isDefault)
                .containsExactly(true, false);

        assertThat(payments.makeDefault(organizationId, second.id())).isTrue();
        assertThat(cards(organizationId)).containsExactly(second.id(), third.id());
        assertThat(payments.removeCard(organizationId, third.id())).isTrue();
        assertThat(payments.removeCard(organizationId, second.id())).isTrue();
        assertThat(cards(organizationId)).isEmpty();
        assertThat(shop.card(organizationId, SandboxCard.VISA).isDefault()).isTrue();
    }

    @Test
    void showsBrandLast4AndExpiry() {
        long organizationId = shop.organization();
        Card card = shop.card(organizationId, SandboxCard.AMERICAN_EXPRESS);
        assertThat(payments.cards(organizationId)).containsExactly(card);
        assertThat(card.brand()).isEqualTo("American Express");
        assertThat(card.last4()).isEqualTo("0005");
        assertThat(card.expiry()).isEqualTo(YearMonth.of(2030, 12));
        assertThat(card.holder()).isEqualTo("Ada Lovelace");
        assertThat(card.address()).isEqualTo(Shop.ADDRESS);
        assertThat(card.isExpired(shop.clock.instant())).isFalse();
        assertThat(card.isExpired(shop.clock.instant().plus(Duration.ofDays(2_000)))).isTrue();
    }

    @Test
    void theSameCardAgainReplacesItselfAlsoAtOnce() throws Exception {
        long organizationId = shop.organization();
        List<CardOutcome> answers =
                AtOnce.run(8, _ -> payments.addCard(Shop.order(organizationId, SandboxCard.VISA)));
        assertThat(answers).allMatch(CardOutcome.Added.class::isInstance);
        Card only = payments.cards(organizationId).getFirst();
        assertThat(cards(organizationId)).hasSize(1);
        assertThat(only.isDefault()).isTrue();

        CardOrder renewed =
                new CardOrder(
                        organizationId,
                        "4242424242424242",
                        "01/33",
                        "999",
                        "Ada King",
                        Shop.ADDRESS);
        assertThat(payments.addCard(renewed)).isInstanceOf(CardOutcome.Added.class);
        assertThat(payments.cards(organizationId))
                .singleElement()
                .satisfies(
                        card -> {
                            assertThat(card.id()).isEqualTo(only.id());
                            assertThat(card.expiry()).isEqualTo(YearMonth.of(2033, 1));
                            assertThat(card.holder()).isEqualTo("Ada King");
                            assertThat(card.isDefault()).isTrue();
                        });
        // The token that is kept is the one that can be charged.
        assertThat(payments.buy(Shop.purchase(only, "renewed", "20")))
                .isInstanceOf(PurchaseOutcome.Paid.class);
    }

    @Test
    void othersCannotTouchACard() {
        long organizationId = shop.organization();
        long other = shop.organization();
        Card card = shop.card(organizationId, SandboxCard.VISA);
        assertThat(payments.makeDefault(other, card.id())).isFalse();
        assertThat(payments.removeCard(other, card.id())).isFalse();
        assertThat(payments.cards(other)).isEmpty();
        assertThat(cards(organizationId)).containsExactly(card.id());
        assertThat(payments.removeCard(organizationId, card.id())).isTrue();
        assertThat(payments.makeDefault(organizationId, card.id())).isFalse();
    }

    @Test
    void aRealCardIsRefusedInTheSandbox() {
        long organizationId = shop.organization();
        CardOrder real =
                new CardOrder(
                        organizationId, "4111 1111 1111 1111", "12/30", "123", "Ada", Shop.ADDRESS);
        assertThat(payments.addCard(real))
                .isInstanceOfSatisfying(
                        CardOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("sandbox", "not stored"));
        assertThat(payments.cards(organizationId)).isEmpty();
    }

    @Test
    void aWrongFieldNeverReachesTheProcessor() {
        long organizationId = shop.organization();
        CardOrder wrong =
                new CardOrder(
                        organizationId, "4242 4242 4242 4242", "12/20", "123", "Ada", Shop.ADDRESS);
        Payments down = shop.payments(sandbox -> new FaultyProcessor(sandbox, Fault.DOWN));
        assertThat(down.addCard(wrong))
                .isInstanceOfSatisfying(
                        CardOutcome.Refused.class,
                        refused -> assertThat(refused.field()).isEqualTo("expiry"));
    }

    @Test
    void whenTheProcessorIsDownNothingIsKept() {
        long organizationId = shop.organization();
        Payments down = shop.payments(sandbox -> new FaultyProcessor(sandbox, Fault.DOWN));
        assertThat(down.addCard(Shop.order(organizationId, SandboxCard.VISA)))
                .isInstanceOfSatisfying(
                        CardOutcome.Unavailable.class,
                        answer ->
                                assertThat(answer.reason())
                                        .contains("does not answer", "Try again"));
        assertThat(payments.cards(organizationId)).isEmpty();
    }

    private static List<Long> cards(long organizationId) {
        return payments.cards(organizationId).stream().map(Card::id).toList();
    }
}
