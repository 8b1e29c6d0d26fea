package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRatesTest {

    @Test
    void whatIsSaidByTheMillionIsKeptByTheToken() {
        TokenRates rates =
                TokenRates.ofMillion(money("2.50"), money("1.25"), money("3"), money("0.000001"))
                        .orElseThrow();
        assertThat(rates).isEqualTo(new TokenRates(2_500_000, 1_250_000, 3_000_000, 1));
        assertThat(rates.inputPerMillion()).isEqualTo(money("2.50"));
        assertThat(rates.cachedInputPerMillion()).isEqualTo(money("1.25"));
        assertThat(rates.cacheWritePerMillion()).isEqualTo(money("3"));
        assertThat(rates.outputPerMillion()).isEqualTo(money("0.000001"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0.0000001"})
    void whatCannotBeKeptExactlyIsNoRate(String said) {
        assertThat(TokenRates.ofMillion(money("1"), money("1"), money("1"), money(said))).isEmpty();
    }

    private static Money money(String dollars) {
        return Money.ofDollars(dollars);
    }
}
