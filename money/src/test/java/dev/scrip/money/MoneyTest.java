package dev.scrip.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0             | 0.00          | 0.00
                    1             | 0.000000001   | 0.00
                    5000000000    | 5.00          | 5.00
                    4999999999    | 4.999999999   | 4.99
                    4990000000    | 4.99          | 4.99
                    4987400000    | 4.9874        | 4.98
                    -1            | -0.000000001  | -0.01
                    """)
    void formatting(long nanos, String exact, String cents) {
        assertThat(Money.ofNanos(nanos).exact()).isEqualTo(exact);
        assertThat(Money.ofNanos(nanos).cents()).isEqualTo(cents);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    20            | 20000000000
                    $20           | 20000000000
                    20.5          | 20500000000
                    1,234.56      | 1234560000000
                    0.000000001   | 1
                    9223372036    | 9223372036000000000
                    """)
    void whatPeopleType(String typed, long nanos) {
        assertThat(Money.parse(typed)).contains(Money.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-5", "1e3", "12,34", "0.0000000001", "9999999999", "5 dollars", "NaN"})
    void whatIsNoAmount(String typed) {
        assertThat(Money.parse(typed)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    4.99                 | 10.00       | 100 | 49
                    10.00                | 10.00       | 100 | 100
                    10.01                | 10.00       | 100 | 100
                    25.00                | 10.00       | 100 | 250
                    -1.00                | 10.00       | 100 | 0
                    0.00                 | 10.00       | 100 | 0
                    9223372036.854775807 | 0.000000001 | 7   | 9223372036854775807
                    """)
    void sharesAreRoundedDown(String part, String whole, int parts, long share) {
        assertThat(Money.ofDollars(part).shareOf(Money.ofDollars(whole), parts)).isEqualTo(share);
    }

    @Test
    void nothingHasNoShares() {
        assertThatThrownBy(() -> Money.ZERO.shareOf(Money.ZERO, 100))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void picosAreRoundedUpOnce(@ForAll @LongRange(min = 0) long picos) {
        BigDecimal oracle =
                BigDecimal.valueOf(picos, 12).setScale(9, RoundingMode.CEILING).movePointRight(9);
        assertThat(Money.ofPicosRoundedUp(picos).nanos()).isEqualTo(oracle.longValueExact());
    }

    @Property
    void sumsAreExactOrRefused(@ForAll long a, @ForAll long b) {
        BigInteger oracle = BigInteger.valueOf(a).add(BigInteger.valueOf(b));
        if (oracle.bitLength() > 63) {
            assertThatThrownBy(() -> Money.ofNanos(a).plus(Money.ofNanos(b)))
                    .isInstanceOf(ArithmeticException.class);
        } else {
            assertThat(Money.ofNanos(a).plus(Money.ofNanos(b)).nanos())
                    .isEqualTo(oracle.longValueExact());
        }
    }

    @Test
    void nothingIsRoundedSilently() {
        assertThatThrownBy(() -> Money.ofDollars("0.0000000001"))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Money.ofPicosRoundedUp(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
