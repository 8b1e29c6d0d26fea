package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scrip.money.Money;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamRatesTextTest {

    private static UpstreamRates read(String json) throws JsonProcessingException {
        return UpstreamRatesText.read(new ObjectMapper().readTree(json));
    }

    @Test
    void readsWhatIsPublished() throws JsonProcessingException {
        UpstreamRates rates =
                read(
                        """
                        {"input": "0.05", "cached_input": "0.005", "output": "0.40", "request": "0.01",
                         "audio_input": "10", "audio_second": "0.0001", "images": {"*": "0.04"},
                         "tiers": [{"above_input_tokens": 200000, "input": "0.1", "output": "0.6"}]}""");
        assertThat(rates)
                .isEqualTo(
                        new UpstreamRates(
                                new TokenRates(50_000, 5_000, 50_000, 400_000),
                                10_000_000_000L,
                                new UnitRates(
                                        Map.of(
                                                Unit.AUDIO_INPUT, 10_000_000L,
                                                Unit.AUDIO_SECOND, 100_000_000L),
                                        new TreeMap<>(Map.of("*", 40_000_000_000L))),
                                List.of(
                                        new PriceTier(
                                                200_000,
                                                new TokenRates(
                                                        100_000, 100_000, 100_000, 600_000)))));
        assertThat(rates.cost(new Usage(1_000, 200, 100, 0, false)))
                .isEqualTo(Money.ofDollars("0.010081"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "[] ~ must be an object",
                "{\"in\":\"1\"} ~ in: is not a known field",
                "{\"input\":0.1} ~ input: must be dollars as text",
                "{\"input\":\"-1\"} ~ input: must be dollars as text",
                "{\"input\":\"0.0000001\"} ~ input: must be dollars as text",
                "{\"output\":\"1e9\"} ~ output: must be dollars as text",
                "{\"images\":\"1\"} ~ images: must be an object",
                "{\"images\":{\"x\":1}} ~ images.x: must be dollars as text",
                "{\"tiers\":{}} ~ tiers: must be a list",
                "{\"tiers\":[{\"input\":\"1\"}]} ~ tiers[0].above_input_tokens: must be a number",
                "{\"tiers\":[{\"above_input_tokens\":5,\"request\":\"1\"}]} ~ tiers[0].request: is"
                        + " not a known field"
            })
    void saysWhichFieldIsWrong(String json, String line) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(line);
    }
}
