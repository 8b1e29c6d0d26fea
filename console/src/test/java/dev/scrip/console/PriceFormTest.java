package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceTier;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Unit;
import dev.scrip.pricing.UnitRates;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an operator types to add a price. */
class PriceFormTest {

    private static final Price EVERYTHING =
            new Price(
                    7,
                    "m",
                    "M",
                    Instant.EPOCH,
                    2_500_000,
                    250_000,
                    3_125_000,
                    15_000_000,
                    10_000_000_000L,
                    1_000_000,
                    0,
                    "the list of the maker",
                    List.of(
                            new PriceTier(
                                    200_000,
                                    new TokenRates(5_000_000, 500_000, 6_250_000, 22_500_000))),
                    "priority",
                    new UnitRates(
                            Map.of(
                                    Unit.AUDIO_INPUT, 40_000_000L,
                                    Unit.AUDIO_SECOND, 100_000_000L,
                                    Unit.CHARACTER, 15_000_000L),
                            new TreeMap<>(
                                    Map.of(
                                            "*",
                                            10_000_000_000L,
                                            "1024x1024/high",
                                            167_000_000_000L))));

    @Test
    void whatAPriceSaysIsWhatItsFormSays() {
        PriceForm form = PriceForm.after(EVERYTHING);
        assertThat(form.at("unit-audio-second")).isEqualTo("0.006");
        assertThat(form.at("unit-character")).isEqualTo("15");
        assertThat(form.at("images")).isEqualTo("* 0.01\n1024x1024/high 0.167");
        assertThat(form.at("longInput")).isEqualTo("200000 5.00 0.50 6.25 22.50");
        assertThat(form.errors()).isEmpty();
        NewPrice next = form.price();
        assertThat(next.rates()).isEqualTo(EVERYTHING.rates());
        assertThat(next.tiers()).isEqualTo(EVERYTHING.tiers());
        assertThat(next.units()).isEqualTo(EVERYTHING.units());
        assertThat(next.serviceTier()).isEqualTo("priority");
        assertThat(next.picosPerRequest()).isEqualTo(EVERYTHING.picosPerRequest());
        assertThat(next.outputTokensMax()).isZero();
        assertThat(PriceChange.between(Optional.of(EVERYTHING), next))
                .hasSize(14)
                .allMatch(PriceChange::isSame);
    }

    @Test
    void whatIsLeftOutIsAsUsual() {
        PriceForm form =
                PriceForm.read(
                        typed(
                                "model", "m", "input", "1", "output", "2", "request", "0",
                                "context", "10", "answer", "0"));
        assertThat(form.errors()).isEmpty();
        assertThat(form.price().serviceTier()).isEqualTo("default");
        assertThat(form.price().units().isEmpty()).isTrue();
        assertThat(form.price().rates())
                .isEqualTo(new TokenRates(1_000_000, 1_000_000, 1_000_000, 2_000_000));
        assertThat(PriceChange.between(Optional.empty(), form.price()))
                .hasSize(4)
                .allMatch(change -> change.now() == null);
    }

    @Test
    void eachFieldSaysWhatIsWrongWithIt() {
        PriceForm form =
                PriceForm.read(
                        typed(
                                "input",
                                "x",
                                "output",
                                "1",
                                "request",
                                "0",
                                "context",
                                "many",
                                "answer",
                                "1",
                                "unit-audio-second",
                                "0.01",
                                "unit-audio-input",
                                "0.0000001",
                                "images",
                                "1024x1024/high 0.04\n1024x1024/high 0.05",
                                "longInput",
                                "200000 1 2 3"));
        assertThat(form.errors())
                .containsOnlyKeys(
                        "input",
                        "context",
                        "unit-audio-second",
                        "unit-audio-input",
                        "images",
                        "longInput");
        assertThat(form.at("images")).as("what was typed stays").contains("0.05");
    }

    private static MultivaluedMap<String, String> typed(String... fieldsAndValues) {
        MultivaluedMap<String, String> typed = new MultivaluedHashMap<>();
        for (int index = 0; index < fieldsAndValues.length; index += 2) {
            typed.add(fieldsAndValues[index], fieldsAndValues[index + 1]);
        }
        return typed;
    }
}
