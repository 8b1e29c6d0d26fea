package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatsTest {

    private static final Formats AMERICAN = new Formats(Locale.US, ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    4.991234567  | $4.99      | $4.991234567
                    4.999999999  | $4.99      | $4.999999999
                    5            | $5.00      | $5.00
                    1234567.8    | $1,234,567.80 | $1,234,567.80
                    0.000000001  | $0.00      | $0.000000001
                    -0.000000001 | -$0.01     | -$0.000000001
                    9223372036.854775807 | $9,223,372,036.85 | $9,223,372,036.854775807
                    """)
    void writesAmountsInCentsAndExactly(String dollars, String cents, String exact) {
        Money amount = Money.ofDollars(dollars);

        assertThat(AMERICAN.cents(amount)).isEqualTo(cents);
        assertThat(AMERICAN.exact(amount)).isEqualTo(exact);
        assertThat(AMERICAN.finerThanCents(amount)).isEqualTo(!cents.equals(exact));
    }

    @Test
    void shownCentsAreTheSameAsTheCentsOfMoney() {
        Money amount = Money.ofDollars("17.899999999");

        assertThat(AMERICAN.cents(amount)).isEqualTo("$" + amount.cents());
    }

    @Test
    void writesNumbersInTheReadersLocale() {
        Formats german = new Formats(Locale.GERMANY, ZoneOffset.UTC);

        assertThat(german.number(1_234_567)).isEqualTo("1.234.567");
        assertThat(german.cents(Money.ofDollars("1234.5"))).isEqualTo("1.234,50\u00a0$");
    }

    @Test
    void writesTimesInTheReadersZone() {
        Instant newYear = Instant.parse("2026-12-31T23:30:00Z");
        Formats berlin = new Formats(Locale.US, ZoneId.of("Europe/Berlin"));

        assertThat(AMERICAN.date(newYear)).isEqualTo("Dec 31, 2026");
        assertThat(berlin.date(newYear)).isEqualTo("Jan 1, 2027");
        assertThat(berlin.dateTime(newYear)).contains("Jan 1, 2027").contains("12:30");
    }
}
