package dev.scrip.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an upstream asks of the operator, as operators write it down: dollars as decimal text,
 * for a million tokens or characters, for one request, one second of audio, one picture. What is
 * not given for the cache costs what input costs; what else is not given costs nothing, or for
 * tokens of sound and pictures what plain ones cost.
 */
public final class UpstreamRatesText {

    private static final Map<String, Unit> BY_MILLION =
            Map.of(
                    "audio_input", Unit.AUDIO_INPUT,
                    "cached_audio_input", Unit.CACHED_AUDIO_INPUT,
                    "audio_output", Unit.AUDIO_OUTPUT,
                    "image_input", Unit.IMAGE_INPUT,
                    "cached_image_input", Unit.CACHED_IMAGE_INPUT,
                    "image_output", Unit.IMAGE_OUTPUT,
                    "characters", Unit.CHARACTER);
    private static final Set<String> OF_TOKENS =
            Set.of("input", "cached_input", "cache_write", "output");
    private static final Set<String> OTHERS = Set.of("request", "audio_second", "images", "tiers");
    private static final BigDecimal DOLLARS_MAX = BigDecimal.valueOf(1_000_000);
    private static final int PICO_DIGITS_OF_MILLION = 6;
    private static final int PICO_DIGITS = 12;

    private UpstreamRatesText() {}

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException with a line that begins with the wrong field
     */
    public static UpstreamRates read(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("must be an object with rates");
        }
        Set<String> known = new HashSet<>(OF_TOKENS);
        known.addAll(BY_MILLION.keySet());
        known.addAll(OTHERS);
        only(json, "", known);
        return new UpstreamRates(
                tokens(json, ""), each(json, "", "request"), units(json), tiers(json));
    }

    private static void only(JsonNode json, String path, Set<String> known) {
        json.fieldNames()
                .forEachRemaining(
                        field -> {
                            if (!known.contains(field)) {
                                throw wrong(path + field, "is not a known field");
                            }
                        });
    }

    private static TokenRates tokens(JsonNode json, String path) {
        long input = million(json, path, "input");
        return new TokenRates(
                input,
                json.has("cached_input") ? million(json, path, "cached_input") : input,
                json.has("cache_write") ? million(json, path, "cache_write") : input,
                million(json, path, "output"));
    }

    private static UnitRates units(JsonNode json) {
        Map<Unit, Long> picos = new EnumMap<>(Unit.class);
        BY_MILLION.forEach(
                (field, unit) -> {
                    if (json.has(field)) {
                        picos.put(unit, million(json, "", field));
                    }
                });
        if (json.has("audio_second")) {
            picos.put(Unit.AUDIO_SECOND, each(json, "", "audio_second"));
        }
        SortedMap<String, Long> images = new TreeMap<>();
        JsonNode given = json.path("images");
        if (!given.isMissingNode() && !given.isObject()) {
            throw wrong("images", "must be an object with a rate for each variant");
        }
        given.fieldNames()
                .forEachRemaining(variant -> images.put(variant, each(given, "images.", variant)));
        return new UnitRates(picos, images);
    }

    private static List<PriceTier> tiers(JsonNode json) {
        List<PriceTier> tiers = new ArrayList<>();
        JsonNode given = json.path("tiers");
        if (!given.isMissingNode() && !given.isArray()) {
            throw wrong("tiers", "must be a list");
        }
        long before = 0;
        for (JsonNode tier : given) {
            String path = "tiers[" + tiers.size() + "].";
            Set<String> known = new HashSet<>(OF_TOKENS);
            known.add("above_input_tokens");
            only(tier, path, known);
            JsonNode above = tier.path("above_input_tokens");
            if (!above.isIntegralNumber() || above.longValue() <= before) {
                throw wrong(
                        path + "above_input_tokens", "must be a number, larger from tier to tier");
            }
            before = above.longValue();
            tiers.add(new PriceTier(before, tokens(tier, path)));
        }
        return tiers;
    }

    private static long million(JsonNode json, String path, String field) {
        return picos(json, path, field, PICO_DIGITS_OF_MILLION);
    }

    private static long each(JsonNode json, String path, String field) {
        return picos(json, path, field, PICO_DIGITS);
    }

    private static long picos(JsonNode json, String path, String field, int digits) {
        JsonNode given = json.path(field);
        if (given.isMissingNode()) {
            return 0;
        }
        BigDecimal dollars = given.isTextual() ? decimal(given.textValue()) : null;
        if (dollars == null
                || dollars.signum() < 0
                || dollars.compareTo(DOLLARS_MAX) > 0
                || dollars.stripTrailingZeros().scale() > digits) {
            throw wrong(path + field, "must be dollars as text, such as \"0.25\"");
        }
        return dollars.movePointRight(digits).longValueExact();
    }

    private static @Nullable BigDecimal decimal(String text) {
        return text.matches("\\d{1,12}(\\.\\d{1,12})?") ? new BigDecimal(text) : null;
    }

    private static IllegalArgumentException wrong(String field, String what) {
        return new IllegalArgumentException(field + ": " + what);
    }
}
