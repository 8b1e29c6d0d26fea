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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The prices that are shipped, from {@code prices/seed.json}: for each model its names and bounds,
 * and its prices by service tier and date in dollars per million tokens and per million characters,
 * per second and per picture, as decimal text. What is not given for the cache costs what input
 * costs; what else is not given has no rate of its own, tokens cost nothing.
 */
final class SeedPrices {

    private static final String RESOURCE = "/prices/seed.json";

    private static final Map<String, Unit> BY_MILLION =
            Map.of(
                    "audioInput", Unit.AUDIO_INPUT,
                    "cachedAudioInput", Unit.CACHED_AUDIO_INPUT,
                    "audioOutput", Unit.AUDIO_OUTPUT,
                    "imageInput", Unit.IMAGE_INPUT,
                    "cachedImageInput", Unit.CACHED_IMAGE_INPUT,
                    "imageOutput", Unit.IMAGE_OUTPUT,
                    "characters", Unit.CHARACTER);

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
                (dated.has("source") ? dated : model).required("source").textValue(),
                tiers,
                dated.path("serviceTier").asText(Ask.DEFAULT_TIER),
                units(dated));
    }

    private static UnitRates units(JsonNode rates) {
        Map<Unit, Long> picos = new EnumMap<>(Unit.class);
        BY_MILLION.forEach(
                (field, unit) -> {
                    if (rates.has(field)) {
                        picos.put(unit, picos(rates.path(field)));
                    }
                });
        if (rates.has("audioSecond")) {
            picos.put(
                    Unit.AUDIO_SECOND,
                    Rate.picosEach(new BigDecimal(rates.path("audioSecond").textValue())));
        }
        SortedMap<String, Long> images = new TreeMap<>();
        for (Map.Entry<String, JsonNode> image : rates.path("images").properties()) {
            images.put(
                    image.getKey(), Rate.picosEach(new BigDecimal(image.getValue().textValue())));
        }
        return picos.isEmpty() && images.isEmpty() ? UnitRates.NONE : new UnitRates(picos, images);
    }

    private static TokenRates rates(JsonNode rates) {
        long input = rates.has("input") ? picos(rates.path("input")) : 0;
        return new TokenRates(
                input,
                rates.has("cachedInput") ? picos(rates.required("cachedInput")) : input,
                rates.has("cacheWrite") ? picos(rates.required("cacheWrite")) : input,
                rates.has("output") ? picos(rates.path("output")) : 0);
    }

    private static long picos(JsonNode dollarsPerMillion) {
        return Rate.picosPerToken(new BigDecimal(dollarsPerMillion.textValue()));
    }
}
