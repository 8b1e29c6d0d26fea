package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.pricing.AddOutcome;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.PriceBook;
import dev.scrip.pricing.TokenRates;
import java.util.List;
import java.util.Optional;

/** What the models of a {@link World} cost. */
final class WorldPrices {

    private WorldPrices() {}

    static void add(PriceBook prices) {
        TokenRates rates = new TokenRates(World.INPUT, World.CACHED, World.INPUT, World.OUTPUT);
        for (String model :
                List.of(World.MODEL, World.HURRIED, World.UNREACHABLE, "gpt-4.1-nano-wrong")) {
            add(prices, model, rates, 0);
        }
        add(prices, "scrip-demo", rates, 0);
        add(prices, "vectors", rates, 0, 8_192, 0);
        TokenRates dear = new TokenRates(World.INPUT, World.CACHED, World.INPUT, 60_000_000);
        add(prices, World.DEAR, dear, 0, 200_000, 64_000);
        TokenRates free = new TokenRates(0, 0, 0, 0);
        add(prices, "free-moderation", free, 0, 32_768, 0);
        add(prices, World.TEN_CENTS, free, 100_000_000_000L);
        prices.seed();
    }

    private static void add(
            PriceBook prices, String model, TokenRates rates, long picosPerRequest) {
        add(prices, model, rates, picosPerRequest, 128_000, World.OUTPUT_TOKENS_MAX);
    }

    private static void add(
            PriceBook prices,
            String model,
            TokenRates rates,
            long picosPerRequest,
            long contextTokensMax,
            long outputTokensMax) {
        AddOutcome added =
                prices.add(
                        new NewPrice(
                                model,
                                model,
                                Optional.empty(),
                                rates,
                                picosPerRequest,
                                contextTokensMax,
                                outputTokensMax,
                                "test",
                                List.of()));
        assertThat(added).isInstanceOf(AddOutcome.Added.class);
    }
}
