package dev.scrip.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The fields of one JSON object, each read as what it must be, or the call is refused and the field
 * named.
 *
 * @param place what stands before a field's name in messages: empty, or {@code events[3].}
 */
record Fields(ObjectNode object, String place) {

    private static final Set<String> USAGE =
            Set.of(
                    "input_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "output_tokens",
                    "reasoning_tokens",
                    "audio_input_tokens",
                    "image_input_tokens",
                    "audio_output_tokens",
                    "image_output_tokens",
                    "images",
                    "image_variant",
                    "audio_seconds",
                    "characters",
                    "service_tier");

    private static final int TEXT_LENGTH_MAX = 256;
    private static final Duration LASTS_MAX = Duration.ofDays(31);

    /** Refuses what is not known: a misspelt field must not be taken for one that is absent. */
    Fields only(Set<String> known) {
        for (String name : (Iterable<String>) object::fieldNames) {
            if (!known.contains(name)) {
                throw new ApiFault(
                        400,
                        "unknown_parameter",
                        "There is no field “" + place + name + "”.",
                        place + name);
            }
        }
        return this;
    }

    String name(String field) {
        return place + field;
    }

    boolean has(String field) {
        return object.hasNonNull(field);
    }

    Optional<String> text(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode node = object.get(field);
        if (!node.isTextual()) {
            throw ApiFault.wrongType(name(field), "a string");
        }
        String text = node.textValue();
        if (text.length() > TEXT_LENGTH_MAX
                || text.codePoints().anyMatch(Character::isISOControl)) {
            throw ApiFault.wrongValue(
                    name(field), "one line of at most " + TEXT_LENGTH_MAX + " characters");
        }
        return Optional.of(text);
    }

    String requiredText(String field) {
        return text(field)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> ApiFault.missing(name(field)));
    }

    /** Dollars in a string, for a JSON number may pass through a floating point on its way. */
    Optional<Money> amount(String field) {
        if (has(field) && !object.get(field).isTextual()) {
            throw ApiFault.wrongType(name(field), "dollars in a string, like \"1.25\"");
        }
        return text(field)
                .map(
                        text -> {
                            if (!text.matches("\\d{1,10}(\\.\\d{1,9})?")) {
                                throw ApiFault.wrongValue(
                                        name(field),
                                        "dollars with at most nine decimals, not negative");
                            }
                            return Money.parse(text)
                                    .orElseThrow(
                                            () ->
                                                    ApiFault.wrongValue(
                                                            name(field),
                                                            "at most 9223372036.854775807"));
                        });
    }

    Money requiredAmount(String field) {
        return amount(field).orElseThrow(() -> ApiFault.missing(name(field)));
    }

    Money positiveAmount(String field) {
        Money amount = requiredAmount(field);
        if (!amount.isPositive()) {
            throw ApiFault.wrongValue(name(field), "more than zero");
        }
        return amount;
    }

    private long count(String field) {
        if (!has(field)) {
            return 0;
        }
        JsonNode node = object.get(field);
        if (!node.isIntegralNumber()) {
            throw ApiFault.wrongType(name(field), "a whole number");
        }
        if (!node.canConvertToLong() || node.longValue() < 0) {
            throw ApiFault.wrongValue(name(field), "from 0 to " + Long.MAX_VALUE);
        }
        return node.longValue();
    }

    OptionalLong count(String field, long least, long most) {
        if (!has(field)) {
            return OptionalLong.empty();
        }
        long count = count(field);
        if (count < least || count > most) {
            throw ApiFault.wrongValue(name(field), "from " + least + " to " + most);
        }
        return OptionalLong.of(count);
    }

    Optional<Integer> number(String field, int least, int most) {
        OptionalLong number = count(field, least, most);
        return number.isPresent()
                ? Optional.of(Math.toIntExact(number.getAsLong()))
                : Optional.empty();
    }

    /** Seconds from now. */
    Optional<Duration> lasts(String field) {
        return number(field, 1, Math.toIntExact(LASTS_MAX.toSeconds())).map(Duration::ofSeconds);
    }

    Optional<Instant> moment(String field) {
        return text(field)
                .map(
                        text -> {
                            try {
                                return Instant.parse(text);
                            } catch (DateTimeParseException wrong) {
                                throw ApiFault.wrongValue(
                                        name(field), "a moment like 2026-03-15T12:00:00Z");
                            }
                        });
    }

    Optional<Long> id(String field, String prefix) {
        return text(field)
                .map(
                        text ->
                                Ids.parse(prefix, text)
                                        .orElseThrow(
                                                () ->
                                                        ApiFault.wrongValue(
                                                                name(field),
                                                                "an id like "
                                                                        + Ids.print(prefix, 0))));
    }

    /** One of an enumeration, in small letters. */
    <E extends Enum<E>> Optional<E> choice(String field, Class<E> type) {
        return text(field)
                .map(
                        text -> {
                            for (E each : type.getEnumConstants()) {
                                if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                                    return each;
                                }
                            }
                            List<String> names = new ArrayList<>();
                            for (E each : type.getEnumConstants()) {
                                names.add(each.name().toLowerCase(Locale.ROOT));
                            }
                            throw ApiFault.wrongValue(
                                    name(field), "one of " + String.join(", ", names));
                        });
    }

    List<String> texts(String field) {
        if (!has(field)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array(field)) {
            if (!each.isTextual() || each.textValue().isBlank()) {
                throw ApiFault.wrongType(name(field), "a list of strings");
            }
            texts.add(each.textValue());
        }
        return texts;
    }

    JsonNode array(String field) {
        if (!has(field)) {
            throw ApiFault.missing(name(field));
        }
        JsonNode node = object.get(field);
        if (!node.isArray()) {
            throw ApiFault.wrongType(name(field), "a list");
        }
        return node;
    }

    Fields inner(String field) {
        if (!(object.get(field) instanceof ObjectNode inner)) {
            throw ApiFault.wrongType(name(field), "an object");
        }
        return new Fields(inner, name(field) + ".");
    }

    /** What was used, under {@code usage}; empty: the field is absent. */
    Optional<Usage> usage() {
        if (!has("usage")) {
            return Optional.empty();
        }
        Fields told = inner("usage").only(USAGE);
        try {
            return Optional.of(
                    new Usage(
                            told.count("input_tokens"),
                            told.count("cached_input_tokens"),
                            told.count("cache_write_tokens"),
                            told.count("output_tokens"),
                            told.count("reasoning_tokens"),
                            false,
                            told.extras(),
                            told.text("service_tier").orElse(null)));
        } catch (IllegalArgumentException impossible) {
            throw ApiFault.wrongValue(
                    name("usage"), "counts that agree: what is cached or reasoned is part of all");
        }
    }

    private Extras extras() {
        Extras extras =
                new Extras(
                        count("audio_input_tokens"),
                        count("image_input_tokens"),
                        count("audio_output_tokens"),
                        count("image_output_tokens"),
                        count("images"),
                        text("image_variant").orElse(null),
                        count("audio_seconds"),
                        count("characters"));
        return extras.equals(Extras.NONE) ? Extras.NONE : extras;
    }
}
