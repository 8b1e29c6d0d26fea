package dev.scrip.pricing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The prices that are shipped, from {@code prices/seed.json}: for each model its names and bounds,
 * and its prices by date in dollars per million tokens, as decimal text. What is not given for the
 * cache costs what input costs.
 */
final class SeedPrices {

    private static final String RESOURCE = "/prices/seed.json";

    private SeedPrices() {}

    static List<NewPrice> read() {
        JsonMapper json =
                JsonMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .build();
        try (InputStream shipped =
                Objects.requireNonNull(SeedPrices.class.getResourceAsStream(RESOURCE))) {
            List<NewPrice> prices = new ArrayList<>();
            for (JsonNode model : json.readTree(shipped)) {
                for (JsonNode dated : model.required("prices")) {
                    prices.add(price(model, dated));
                }
            }
            return prices;
        } catch (IOException damaged) {
            throw new UncheckedIOException("the shipped prices cannot be read", damaged);
        }
    }

    private static NewPrice price(JsonNode model, JsonNode dated) {
        List<PriceTier> tiers = new ArrayList<>();
        for (JsonNode tier : dated.path("tiers")) {
            tiers.add(new PriceTier(tier.required("aboveInputTokens").longValue(), rates(tier)));
        }
        return new NewPrice(
                model.required("model").textValue(),
                model.required("name").textValue(),
                Optional.of(Instant.parse(dated.required("from").textValue())),
                rates(dated),
                0,
                model.required("contextTokensMax").longValue(),
                model.required("outputTokensMax").longValue(),
                model.required("source").textValue(),
                tiers);
    }

    private static TokenRates rates(JsonNode rates) {
        long input = picos(rates.required("input"));
        return new TokenRates(
                input,
                rates.has("cachedInput") ? picos(rates.required("cachedInput")) : input,
                rates.has("cacheWrite") ? picos(rates.required("cacheWrite")) : input,
                picos(rates.required("output")));
    }

    private static long picos(JsonNode dollarsPerMillion) {
        return Rate.picosPerToken(new BigDecimal(dollarsPerMillion.textValue()));
    }
}
