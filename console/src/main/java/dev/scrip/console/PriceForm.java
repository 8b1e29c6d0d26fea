package dev.scrip.console;

import dev.scrip.money.Money;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PublishedRate;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.Unit;
import dev.scrip.pricing.UnitRates;
import jakarta.ws.rs.core.MultivaluedMap;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What an operator filled in to add a price. Amounts are as prices are usually said: dollars per
 * million tokens or characters, per minute, per image.
 *
 * @param typed by field; all fields of the form and no others
 */
public record PriceForm(Map<String, String> typed) {

    private static final String OUTSIDE = "Enter dollars, such as 2.50.";
    private static final String TOO_FINE = "Prices per million tokens have at most six decimals.";

    /** Blank ones mean: as input. */
    private static final List<String> CACHE = List.of("cachedInput", "cacheWrite");

    private static final List<String> FIELDS =
            Stream.concat(
                            Stream.of(
                                    "model",
                                    "serviceTier",
                                    "displayName",
                                    "from",
                                    "input",
                                    "cachedInput",
                                    "cacheWrite",
                                    "output",
                                    "longInput",
                                    "request",
                                    "images",
                                    "context",
                                    "answer",
                                    "source"),
                            Arrays.stream(Unit.values()).map(PriceForm::name))
                    .toList();

    static final PriceForm EMPTY = of(Map.of("serviceTier", Ask.DEFAULT_TIER, "request", "0"));

    /** A field for a unit's price, as the form shows it. */
    public record UnitField(String name, String label, String hint, String value) {}

    public PriceForm {
        typed = Map.copyOf(typed);
    }

    private static PriceForm of(Map<String, String> known) {
        Map<String, String> typed = new LinkedHashMap<>();
        FIELDS.forEach(field -> typed.put(field, known.getOrDefault(field, "")));
        return new PriceForm(typed);
    }

    static PriceForm read(MultivaluedMap<String, String> sent) {
        Map<String, String> typed = new LinkedHashMap<>();
        for (String field : FIELDS) {
            typed.put(field, Optional.ofNullable(sent.getFirst(field)).orElse("").strip());
        }
        typed.computeIfPresent(
                "serviceTier", (field, tier) -> tier.isEmpty() ? Ask.DEFAULT_TIER : tier);
        return new PriceForm(typed);
    }

    /** The next version of a price, to be changed. */
    static PriceForm after(Price price) {
        TokenRates rates = price.rates();
        Map<String, String> known = new LinkedHashMap<>();
        known.put("model", price.model());
        known.put("serviceTier", price.serviceTier());
        known.put("displayName", price.displayName());
        known.put("input", rates.inputPerMillion().exact());
        known.put("cachedInput", rates.cachedInputPerMillion().exact());
        known.put("cacheWrite", rates.cacheWritePerMillion().exact());
        known.put("output", rates.outputPerMillion().exact());
        known.put("longInput", PriceLines.longInput(price.tiers()));
        known.put("request", plain(price.dollarsPerRequest()));
        known.put("images", PriceLines.images(price.units()));
        known.put("context", Long.toString(price.contextTokensMax()));
        known.put("answer", Long.toString(price.outputTokensMax()));
        price.units()
                .picos()
                .forEach(
                        (unit, picos) -> {
                            PublishedRate said = unit.published(picos);
                            known.put(name(unit), plain(said.dollars()));
                        });
        return of(known);
    }

    private static String plain(BigDecimal dollars) {
        return dollars.signum() == 0 ? "0" : dollars.stripTrailingZeros().toPlainString();
    }

    /** What stands in a field. */
    public String at(String field) {
        return typed.getOrDefault(field, "");
    }

    /** Every field, in the order of the form. */
    public List<String> fields() {
        return FIELDS;
    }

    public List<UnitField> units() {
        return Arrays.stream(Unit.values())
                .map(
                        unit ->
                                new UnitField(
                                        name(unit),
                                        unit.title(),
                                        "Per %s.".formatted(unit.per()),
                                        at(name(unit))))
                .toList();
    }

    /** What is wrong, by form field; empty: the book is asked. */
    Map<String, String> errors() {
        Map<String, String> errors = new LinkedHashMap<>();
        amount(errors, "input");
        CACHE.stream().filter(field -> !at(field).isEmpty()).forEach(f -> amount(errors, f));
        amount(errors, "output");
        amount(errors, "request");
        for (Unit unit : Unit.values()) {
            if (!at(name(unit)).isEmpty()) {
                amount(errors, name(unit));
                if (!errors.containsKey(name(unit)) && picos(unit).isEmpty()) {
                    errors.put(name(unit), tooFine(unit));
                }
            }
        }
        if (PriceLines.readLongInput(at("longInput")).isEmpty()) {
            errors.put("longInput", PriceLines.LONG_INPUT_FAULT);
        }
        if (PriceLines.readImages(at("images")).isEmpty()) {
            errors.put("images", PriceLines.IMAGES_FAULT);
        }
        count(errors, "context");
        count(errors, "answer");
        if (!at("from").isEmpty() && moment().isEmpty()) {
            errors.put("from", "Enter a date and a time, or nothing for now.");
        }
        if (errors.isEmpty() && rates().isEmpty()) {
            errors.put("input", TOO_FINE);
        }
        return errors;
    }

    /** The price of a form without {@link #errors}. */
    NewPrice price() {
        return new NewPrice(
                at("model"),
                at("displayName"),
                moment(),
                rates().orElseThrow(),
                NewPrice.picosEach(Money.parse(at("request")).orElseThrow()),
                Long.parseLong(at("context")),
                Long.parseLong(at("answer")),
                at("source"),
                PriceLines.readLongInput(at("longInput")).orElseThrow(),
                at("serviceTier"),
                new UnitRates(unitPicos(), PriceLines.readImages(at("images")).orElseThrow()));
    }

    private Map<Unit, Long> unitPicos() {
        Map<Unit, Long> picos = new EnumMap<>(Unit.class);
        for (Unit unit : Unit.values()) {
            if (!at(name(unit)).isEmpty()) {
                picos.put(unit, picos(unit).orElseThrow());
            }
        }
        return picos;
    }

    private OptionalLong picos(Unit unit) {
        return unit.picos(Money.parse(at(name(unit))).orElseThrow());
    }

    Optional<TokenRates> rates() {
        return TokenRates.ofMillion(
                Money.parse(at("input")).orElseThrow(),
                Money.parse(orInput("cachedInput")).orElseThrow(),
                Money.parse(orInput("cacheWrite")).orElseThrow(),
                Money.parse(at("output")).orElseThrow());
    }

    private String orInput(String field) {
        return at(field).isEmpty() ? at("input") : at(field);
    }

    /** From when it holds; empty: from now. */
    public Optional<Instant> moment() {
        String from = at("from");
        try {
            return from.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LocalDateTime.parse(from).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException noMoment) {
            return Optional.empty();
        }
    }

    private void amount(Map<String, String> errors, String field) {
        if (Money.parse(at(field)).isEmpty()) {
            errors.put(field, OUTSIDE);
        }
    }

    private void count(Map<String, String> errors, String field) {
        if (!at(field).matches("\\d{1,10}")) {
            errors.put(field, "Enter a number of tokens, such as 128000.");
        }
    }

    private static String tooFine(Unit unit) {
        return unit == Unit.AUDIO_SECOND
                ? "A minute must be sixty whole pico-dollars or a multiple of that, such as 0.006."
                : TOO_FINE.replace("tokens", unit == Unit.CHARACTER ? "characters" : "tokens");
    }

    private static String name(Unit unit) {
        return "unit-" + unit.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
