package dev.scrip.console;

import dev.scrip.organizations.RateBounds;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateUnit;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What somebody filled in to set a rate limit.
 *
 * @param id of the limit to change, as printed; empty: a new one
 * @param whose as {@link LimitSubjects#print} writes it; empty where it goes without saying
 * @param model empty: all models together
 * @param typed by field, as it was typed
 */
public record RateForm(String id, String whose, String model, Map<String, String> typed) {

    /**
     * One number to fill in.
     *
     * @param name of the form's field
     */
    public record Field(String name, String label, String value, String error) {}

    static RateForm empty(String whose) {
        return new RateForm("", whose, "", Map.of());
    }

    /** A limit as it is, to be changed. */
    static RateForm of(String id, String whose, RateLimit limit) {
        Map<String, String> typed = new LinkedHashMap<>();
        limit.bounds().byUnit().forEach((unit, max) -> typed.put(name(unit), Long.toString(max)));
        return new RateForm(id, whose, limit.model(), typed);
    }

    static RateForm read(MultivaluedMap<String, String> sent) {
        Map<String, String> typed = new LinkedHashMap<>();
        for (RateUnit unit : RateUnit.values()) {
            typed.put(name(unit), FormFields.text(sent, name(unit)));
        }
        return new RateForm(
                FormFields.text(sent, "id"),
                FormFields.text(sent, "whose"),
                FormFields.text(sent, "model"),
                typed);
    }

    /** The page's heading. */
    public String heading() {
        return isChange() ? "Change the rate limit" : "Add a rate limit";
    }

    public boolean isChange() {
        return !id.isEmpty();
    }

    public List<Field> fields(Map<String, String> errors) {
        List<Field> fields = new ArrayList<>();
        for (RateUnit unit : RateUnit.values()) {
            String name = name(unit);
            fields.add(
                    new Field(
                            name,
                            RateRow.label(unit),
                            typed.getOrDefault(name, ""),
                            errors.getOrDefault(name, "")));
        }
        return fields;
    }

    /** What is wrong with it, by field. */
    Map<String, String> errors() {
        Map<String, String> errors = new LinkedHashMap<>();
        if (model.length() > RateLimit.MODEL_LENGTH_MAX) {
            errors.put("model", "A model's name has at most 256 characters.");
        }
        boolean any = false;
        for (RateUnit unit : RateUnit.values()) {
            String value = typed.getOrDefault(name(unit), "");
            any |= !value.isEmpty();
            if (!value.isEmpty() && number(value).isEmpty()) {
                errors.put(name(unit), "Enter a whole number from 1, such as 60 or 40000.");
            }
        }
        if (!any) {
            errors.put(name(RateUnit.REQUESTS_PER_MINUTE), "Fill in at least one of the numbers.");
        }
        return errors;
    }

    /** Of a form without errors. */
    RateBounds bounds() {
        Map<RateUnit, Long> bounds = new EnumMap<>(RateUnit.class);
        for (RateUnit unit : RateUnit.values()) {
            number(typed.getOrDefault(name(unit), "")).ifPresent(max -> bounds.put(unit, max));
        }
        return new RateBounds(bounds);
    }

    /** As people write numbers: 40000, 40,000 or 40 000. */
    private static OptionalLong number(String typed) {
        String digits = typed.replaceAll("[ ,_\u00a0\u202f]", "");
        if (!digits.matches("\\d{1,13}")) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(digits);
        return number >= 1 && number <= RateBounds.MAX
                ? OptionalLong.of(number)
                : OptionalLong.empty();
    }

    private static String name(RateUnit unit) {
        return unit.name().toLowerCase(Locale.ROOT);
    }
}
