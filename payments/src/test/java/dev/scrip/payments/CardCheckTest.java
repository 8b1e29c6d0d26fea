package dev.scrip.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.payments.CardCheck.Checked;
import java.time.Instant;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardCheckTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final BillingAddress ADDRESS =
            new BillingAddress("1 Bank Street", "London", "EC2R 8AH", "GB");
    private static final CardOrder GOOD =
            new CardOrder(1, "4242 4242 4242 4242", "12/30", "123", "Ada Lovelace", ADDRESS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    4242424242424242      | VISA
                    4242-4242-4242-4242   | VISA
                    5555 5555 5555 4444   | MASTERCARD
                    2223 0031 2200 3222   | MASTERCARD
                    5105 1051 0510 5100   | MASTERCARD
                    3782 822463 10005     | AMERICAN_EXPRESS
                    3714 496353 98431     | AMERICAN_EXPRESS
                    6011 1111 1111 1117   | DISCOVER
                    6445 6445 6445 6445   | DISCOVER
                    6500 0000 0000 0002   | DISCOVER
                    """)
    void acceptsTheFourBrands(String number, CardBrand brand) {
        String cvc = brand == CardBrand.AMERICAN_EXPRESS ? "1234" : "123";
        assertThat(check(new CardOrder(1, number, "12/30", cvc, "Ada", ADDRESS)))
                .isInstanceOfSatisfying(
                        Checked.Good.class,
                        good -> {
                            assertThat(good.card().brand()).isEqualTo(brand);
                            assertThat(good.card().number()).containsOnlyDigits();
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    3056 9309 0259 04     | Diners Club is not accepted
                    3852 0000 0232 37     | Diners Club is not accepted
                    3566 0020 2036 0505   | JCB is not accepted
                    6200 0000 0000 0005   | UnionPay is not accepted
                    8171 9999 2766 0000   | UnionPay is not accepted
                    6759 6498 2643 8453   | Maestro is not accepted
                    2200 0000 0000 0004   | Mir is not accepted
                    6074 8200 0000 0007   | RuPay is not accepted
                    9000 0000 0000 0001   | This card's brand is not accepted
                    """)
    void refusesOtherBrandsByName(String number, String reason) {
        CardOutcome.Refused refused =
                refused(new CardOrder(1, number, "12/30", "123", "Ada", ADDRESS));
        assertThat(refused.field()).isEqualTo("number");
        assertThat(refused.reason())
                .startsWith(reason)
                .endsWith("Use Visa, Mastercard, American Express or Discover.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    4242 4242 4242 4241    | typing error
                    4242 4242 4242 424     | not a complete
                    4242 4242              | not a complete
                    2424 2424 2424 2424 2424 24 | typing error
                    4242 4242 4242 424x    | digits only
                    ４２４２424242424242   | digits only
                    ''                     | Enter the card number
                    """)
    void refusesNumbersThatCannotBe(String number, String reason) {
        CardOutcome.Refused refused =
                refused(new CardOrder(1, number, "12/30", "123", "Ada", ADDRESS));
        assertThat(refused.field()).isEqualTo("number");
        assertThat(refused.reason()).contains(reason).doesNotContain("4242");
    }

    @ParameterizedTest
    @CsvSource({
        "12/30, 2030-12",
        "12/2030, 2030-12",
        "12 / 2030, 2030-12",
        "1/31, 2031-01",
        "01-31, 2031-01",
        "' 11/26 ', 2026-11",
        "11/46, 2046-11",
    })
    void readsExpiryDates(String typed, YearMonth expiry) {
        assertThat(check(new CardOrder(1, GOOD.number(), typed, "123", "Ada", ADDRESS)))
                .isInstanceOfSatisfying(
                        Checked.Good.class,
                        good -> assertThat(good.card().expiry()).isEqualTo(expiry));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''      | MM/YY
                    13/30   | MM/YY
                    00/30   | MM/YY
                    1230    | MM/YY
                    12/203  | MM/YY
                    12/1930 | MM/YY
                    10/26   | expired in 10/2026
                    12/2025 | expired in 12/2025
                    12/46   | Check the year
                    """)
    void refusesOtherExpiryDates(String typed, String reason) {
        CardOutcome.Refused refused =
                refused(new CardOrder(1, GOOD.number(), typed, "123", "Ada", ADDRESS));
        assertThat(refused.field()).isEqualTo("expiry");
        assertThat(refused.reason()).contains(reason);
    }

    @Test
    void aCardIsGoodUntilItsMonthIsOverEverywhere() {
        CardOrder order = new CardOrder(1, GOOD.number(), "11/26", "123", "Ada", ADDRESS);
        assertThat(CardCheck.check(order, Instant.parse("2026-12-01T11:59:59Z")))
                .isInstanceOf(Checked.Good.class);
        assertThat(CardCheck.check(order, Instant.parse("2026-12-01T12:00:00Z")))
                .isInstanceOf(Checked.Wrong.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    4242 4242 4242 4242 | ''    | 3 digits on the back
                    4242 4242 4242 4242 | 12    | 3 digits on the back
                    4242 4242 4242 4242 | 1234  | 3 digits on the back
                    4242 4242 4242 4242 | 12a   | 3 digits on the back
                    3782 822463 10005   | 123   | 4 digits on the front
                    """)
    void refusesAnotherCvc(String number, String cvc, String reason) {
        CardOutcome.Refused refused =
                refused(new CardOrder(1, number, "12/30", cvc, "Ada", ADDRESS));
        assertThat(refused.field()).isEqualTo("cvc");
        assertThat(refused.reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    holder     | ''        | Bank St | London | EC2R 8AH   | GB
                    holder     | 12345     | Bank St | London | EC2R 8AH   | GB
                    line       | Ada       | ''      | London | EC2R 8AH   | GB
                    city       | Ada       | Bank St | ''     | EC2R 8AH   | GB
                    postalCode | Ada       | Bank St | London | ''         | GB
                    postalCode | Ada       | Bank St | London | <b>        | GB
                    postalCode | Ada       | Bank St | Boston | 0210       | US
                    postalCode | Ada       | Bank St | Ottawa | 12345      | CA
                    country    | Ada       | Bank St | London | EC2R 8AH   | ''
                    country    | Ada       | Bank St | London | EC2R 8AH   | UK
                    country    | Ada       | Bank St | London | EC2R 8AH   | England
                    holder     | 4242 4242 4242 4242 Ada | Bank St | London | EC2R 8AH | GB
                    line       | Ada       | 4242424242424242 | London | EC2R 8AH | GB
                    city       | Ada       | Bank St | 4242-4242-4242-4242 | EC2R 8AH | GB
                    """)
    void refusesEachOtherField(
            String field, String holder, String line, String city, String code, String country) {
        CardOrder order =
                new CardOrder(
                        1,
                        GOOD.number(),
                        "12/30",
                        "123",
                        holder,
                        new BillingAddress(line, city, code, country));
        assertThat(refused(order).field()).isEqualTo(field);
        assertThat(refused(order).reason()).endsWith(".").doesNotContain("4242");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GB|EC2R 8AH",
                "us|02110",
                "US|02110-1234",
                "CA|K1A 0B1",
                "HK|",
                "JP|100-0001"
            })
    void acceptsPostalCodesOfManyCountries(String countryAndCode) {
        String[] parts = countryAndCode.split("\\|", -1);
        CardOrder order =
                new CardOrder(
                        1,
                        GOOD.number(),
                        "12/30",
                        "123",
                        "Ada",
                        new BillingAddress("1 Main Street", "Town", parts[1], parts[0]));
        assertThat(check(order)).isInstanceOf(Checked.Good.class);
    }

    @Test
    void longAndStrangeTextsAreRefused() {
        assertThat(refused(holder("A".repeat(101))).field()).isEqualTo("holder");
        assertThat(refused(holder("Ada\r\nBcc: eve")).reason()).contains("one line");
        assertThat(check(holder("Åsa-Žofie O'Brien 三"))).isInstanceOf(Checked.Good.class);
    }

    @Test
    void whatWasTypedIsNeverPrinted() {
        assertThat(GOOD.toString()).doesNotContain("4242").doesNotContain("123");
        assertThat(((Checked.Good) check(GOOD)).card().toString())
                .doesNotContain("4242")
                .doesNotContain("123");
    }

    private static CardOrder holder(String holder) {
        return new CardOrder(1, GOOD.number(), "12/30", "123", holder, ADDRESS);
    }

    private static Checked check(CardOrder order) {
        return CardCheck.check(order, NOW);
    }

    private static CardOutcome.Refused refused(CardOrder order) {
        return ((Checked.Wrong) check(order)).refused();
    }
}
