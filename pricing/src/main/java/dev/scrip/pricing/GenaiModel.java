package dev.scrip.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One model of a catalogue.
 *
 * @param otherNames further names that the catalogue prices alike
 * @param figures by the moment from which they hold, {@link Instant#MIN} for always
 */
record GenaiModel(
        String provider,
        String model,
        String displayName,
        List<String> otherNames,
        OptionalLong contextTokensMax,
        NavigableMap<Instant, Figures> figures) {

    private static final String INPUT = "input_mtok";
    private static final String OUTPUT = "output_mtok";
    private static final String CACHE_READ = "cache_read_mtok";
    private static final String CACHE_WRITE = "cache_write_mtok";
    private static final String REQUESTS = "requests_kcount";
    private static final Map<String, Unit> UNITS =
            Map.of(
                    "input_audio_mtok", Unit.AUDIO_INPUT,
                    "cache_audio_read_mtok", Unit.CACHED_AUDIO_INPUT,
                    "output_audio_mtok", Unit.AUDIO_OUTPUT);
    private static final Set<String> METERS =
            Set.of(INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REQUESTS);

    /** What has no price for output must say by its name that it gives none. */
    private static final Pattern EMBEDDING = Pattern.compile("(^|[-/_])embed");

    /**
     * What is charged at one time.
     *
     * @param givesTokens false: there is no output
     */
    record Figures(
            TokenRates rates,
            long picosPerRequest,
            List<PriceTier> tiers,
            UnitRates units,
            boolean givesTokens) {}

    /** Our prices cannot say what the catalogue says; the message says what. */
    static final class NotExpressible extends Exception {

        private static final long serialVersionUID = 1;

        NotExpressible(String reason) {
            super(reason);
        }
    }

    static GenaiModel read(String provider, JsonNode node) throws NotExpressible {
        String id = node.path("id").asText();
        NavigableMap<Instant, Figures> figures = new TreeMap<>();
        JsonNode prices = node.path("prices");
        if (prices.isArray()) {
            for (JsonNode conditional : prices) {
                figures.put(
                        from(conditional.path("constraint")),
                        figures(id, conditional.path("prices")));
            }
        } else {
            figures.put(Instant.MIN, figures(id, prices));
        }
        List<String> names = new ArrayList<>();
        exactNames(node.path("match"), names);
        names.remove(id);
        return new GenaiModel(
                provider,
                id,
                node.path("name").asText(id),
                List.copyOf(names),
                node.path("context_window").canConvertToLong()
                        ? OptionalLong.of(node.path("context_window").longValue())
                        : OptionalLong.empty(),
                figures);
    }

    GenaiModel named(String name) {
        return new GenaiModel(provider, name, displayName, List.of(), contextTokensMax, figures);
    }

    /** What holds at a moment and every later change, by date; empty before the first. */
    NavigableMap<Instant, Figures> from(Instant start) {
        NavigableMap<Instant, Figures> timeline = new TreeMap<>(figures.tailMap(start, false));
        Map.Entry<Instant, Figures> first = figures.floorEntry(start);
        if (first != null) {
            timeline.put(start, first.getValue());
        }
        return timeline;
    }

    private static Instant from(JsonNode constraint) throws NotExpressible {
        if (constraint.isMissingNode() || constraint.isNull()) {
            return Instant.MIN;
        }
        if (constraint.size() != 1 || !constraint.has("start_date")) {
            throw new NotExpressible("its price depends on the time of day");
        }
        try {
            return LocalDate.parse(constraint.path("start_date").asText())
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeParseException noDate) {
            throw new NotExpressible("its price has no readable date");
        }
    }

    private static Figures figures(String id, JsonNode prices) throws NotExpressible {
        Set<String> others = new TreeSet<>();
        prices.fieldNames().forEachRemaining(others::add);
        others.removeAll(METERS);
        others.removeAll(UNITS.keySet());
        if (!others.isEmpty()) {
            throw new NotExpressible("charges for what is not counted: " + others);
        }
        boolean givesTokens = !EMBEDDING.matcher(id).find();
        if (!prices.has(INPUT) || (givesTokens && !prices.has(OUTPUT))) {
            throw new NotExpressible(
                    prices.isEmpty() ? "has no price" : "has no price for input, or for output");
        }
        Set<Long> bounds = new TreeSet<>();
        for (JsonNode meter : prices) {
            meter.path("tiers").forEach(tier -> bounds.add(tier.path("start").longValue()));
        }
        List<PriceTier> tiers = new ArrayList<>();
        for (long bound : bounds) {
            tiers.add(new PriceTier(bound, rates(prices, bound)));
        }
        long perRequest =
                prices.has(REQUESTS)
                        ? exact(prices.path(REQUESTS), "price per request", Rate::picosPerRequest)
                        : 0;
        TokenRates base = rates(prices, 0);
        if (base.dearestInputPicos() == 0 && base.outputPicosPerToken() == 0 && perRequest == 0) {
            throw new NotExpressible("costs nothing there");
        }
        return new Figures(base, perRequest, tiers, units(prices), givesTokens);
    }

    private static UnitRates units(JsonNode prices) throws NotExpressible {
        Map<Unit, Long> picos = new EnumMap<>(Unit.class);
        for (Map.Entry<String, Unit> unit : UNITS.entrySet()) {
            JsonNode price = prices.path(unit.getKey());
            if (price.has("tiers")) {
                throw new NotExpressible("its price of sound depends on the length of the input");
            }
            if (!price.isMissingNode()) {
                picos.put(unit.getValue(), exact(price, "price per token", Rate::picosPerToken));
            }
        }
        return picos.isEmpty() ? UnitRates.NONE : new UnitRates(picos, new TreeMap<>());
    }

    /** The rates of requests with more input than {@code bound}. */
    private static TokenRates rates(JsonNode prices, long bound) throws NotExpressible {
        long input = rate(prices.path(INPUT), bound);
        return new TokenRates(
                input,
                prices.has(CACHE_READ) ? rate(prices.path(CACHE_READ), bound) : input,
                prices.has(CACHE_WRITE) ? rate(prices.path(CACHE_WRITE), bound) : input,
                prices.has(OUTPUT) ? rate(prices.path(OUTPUT), bound) : 0);
    }

    private static long rate(JsonNode meter, long bound) throws NotExpressible {
        JsonNode price = meter.isObject() ? meter.path("base") : meter;
        for (JsonNode tier : meter.path("tiers")) {
            if (tier.path("start").longValue() <= bound) {
                price = tier.path("price");
            }
        }
        return exact(price, "price per token", Rate::picosPerToken);
    }

    private interface Conversion {
        long picos(BigDecimal dollars);
    }

    private static long exact(JsonNode price, String what, Conversion conversion)
            throws NotExpressible {
        if (!price.isNumber() || price.decimalValue().signum() < 0) {
            throw new NotExpressible("its " + what + " is no amount");
        }
        try {
            return conversion.picos(price.decimalValue());
        } catch (ArithmeticException tooFine) {
            throw new NotExpressible(
                    "its " + what + " is no whole number of pico-dollars: " + price.asText());
        }
    }

    private static void exactNames(JsonNode match, List<String> names) {
        if (match.path("equals").isTextual()) {
            names.add(match.path("equals").textValue());
        }
        match.path("or").forEach(branch -> exactNames(branch, names));
    }
}
