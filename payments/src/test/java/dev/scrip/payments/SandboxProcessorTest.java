package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SandboxProcessorTest {

    private static final Money AMOUNT = Money.ofDollars("20");

    private static Database database;
    private static MovableClock clock;
    private static SandboxProcessor sandbox;

    @BeforeAll
    static void open() {
        database = TestPostgres.database();
        clock = new MovableClock();
        sandbox = new SandboxProcessor(database, clock, Duration.ofMillis(1));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(SandboxCard.class)
    void everyTestCardIsANumberThatPassesTheFormAndEndsAsItSays(SandboxCard testCard) {
        String digits = testCard.published().number().replace(" ", "");
        assertThat(CardCheck.luhn(digits)).isTrue();
        assertThat(CardBrand.of(digits).orElseThrow().title())
                .isEqualTo(testCard.published().brand());

        String key = "every " + testCard;
        ChargeAnswer answer = sandbox.charge(new ChargeOrder(key, attach(testCard), AMOUNT));
        if (testCard.behaviour() == SandboxCard.Behaviour.ASKS_FOR_CONFIRMATION) {
            assertThat(answer).isEqualTo(new ChargeAnswer.ConfirmationNeeded());
            answer = sandbox.confirm(key, true);
        }
        if (testCard.decline().isPresent()) {
            assertThat(answer).isEqualTo(new ChargeAnswer.Declined(testCard.decline().get()));
        } else {
            assertThat(answer).isInstanceOf(ChargeAnswer.Succeeded.class);
        }
        assertThat(sandbox.find(key)).contains(answer);
    }

    @Test
    void theNumbersAreTheKnownOnes() {
        assertThat(sandbox.testCards())
                .extracting(TestCard::number)
                .doesNotHaveDuplicates()
                .contains(
                        "4242 4242 4242 4242",
                        "5555 5555 5555 4444",
                        "3782 822463 10005",
                        "6011 1111 1111 1117",
                        "4000 0000 0000 9995",
                        "4000 0000 0000 0002",
                        "4000 0000 0000 0069",
                        "4000 0000 0000 0127",
                        "4000 0000 0000 0119",
                        "4100 0000 0000 0019",
                        "4000 0000 0000 0036",
                        "4000 0027 6000 3184");
    }

    @Test
    void anyOtherNumberIsRefusedAndNotStored() {
        assertThat(sandbox.attach(details("4111111111111111")))
                .isInstanceOfSatisfying(
                        Attachment.Refused.class,
                        refused -> {
                            assertThat(refused.field()).isEqualTo("number");
                            assertThat(refused.reason())
                                    .contains("sandbox", "was not stored")
                                    .doesNotContain("4111");
                        });
    }

    @Test
    void aKeyChargesOnceHoweverOftenAndInHowManyThreadsItIsSent() throws Exception {
        ChargeOrder order = new ChargeOrder("once", attach(SandboxCard.VISA), AMOUNT);
        List<ChargeAnswer> answers = AtOnce.run(16, _ -> sandbox.charge(order));
        assertThat(answers.getFirst()).isInstanceOf(ChargeAnswer.Succeeded.class);
        assertThat(answers).containsOnly(answers.getFirst());
        assertThatThrownBy(
                        () ->
                                sandbox.charge(
                                        new ChargeOrder(
                                                "once", order.token(), Money.ofDollars("21"))))
                .hasMessageContaining("another card or amount");
    }

    @Test
    void aCancelledKeyNeverChargesButASucceededChargeStays() {
        String token = attach(SandboxCard.VISA);
        assertThat(sandbox.find("early")).isEmpty();
        assertThat(sandbox.cancel("early")).isEqualTo(new ChargeAnswer.Cancelled());
        assertThat(sandbox.charge(new ChargeOrder("early", token, AMOUNT)))
                .isEqualTo(new ChargeAnswer.Cancelled());

        ChargeAnswer paid = sandbox.charge(new ChargeOrder("paid", token, AMOUNT));
        assertThat(sandbox.cancel("paid")).isEqualTo(paid);

        sandbox.charge(new ChargeOrder("asked", attach(SandboxCard.CONFIRMS), AMOUNT));
        assertThat(sandbox.cancel("asked")).isEqualTo(new ChargeAnswer.Cancelled());
        assertThat(sandbox.confirm("asked", true)).isEqualTo(new ChargeAnswer.Cancelled());
    }

    @Test
    void aConfirmationIsAnsweredOnce() {
        sandbox.charge(new ChargeOrder("denied", attach(SandboxCard.CONFIRMS), AMOUNT));
        ChargeAnswer denied = new ChargeAnswer.Declined(DeclineReason.CONFIRMATION_DENIED);
        assertThat(sandbox.confirm("denied", false)).isEqualTo(denied);
        assertThat(sandbox.confirm("denied", true)).isEqualTo(denied);
    }

    @Test
    void expiredAndForgottenCardsAreDeclined() {
        MovableClock later = new MovableClock();
        later.move(Duration.ofDays(3_650));
        String token = attach(SandboxCard.VISA);
        assertThat(
                        new SandboxProcessor(database, later)
                                .charge(new ChargeOrder("expired", token, AMOUNT)))
                .isEqualTo(new ChargeAnswer.Declined(DeclineReason.EXPIRED_CARD));
        sandbox.detach(token);
        sandbox.detach(token);
        assertThat(sandbox.charge(new ChargeOrder("forgotten", token, AMOUNT)))
                .isEqualTo(new ChargeAnswer.Declined(DeclineReason.CARD_REMOVED));
    }

    private static String attach(SandboxCard testCard) {
        String number = testCard.published().number().replace(" ", "");
        return ((Attachment.Attached) sandbox.attach(details(number))).token();
    }

    private static CardDetails details(String number) {
        return new CardDetails(
                number,
                CardBrand.of(number).orElseThrow(),
                YearMonth.of(2030, 12),
                "123",
                "Ada Lovelace",
                new BillingAddress("1 Bank Street", "London", "EC2R 8AH", "GB"));
    }
}
