package dev.scrip.organizations;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** How much a rate limit lets through, by unit; a unit that is absent is not limited. */
public record RateBounds(Map<RateUnit, Long> byUnit) {

    public static final long MAX = 1_000_000_000_000L;

    public static final RateBounds NONE = new RateBounds(Map.of());

    /**
     * @throws IllegalArgumentException if a bound is not from 1 to {@link #MAX}
     */
    public RateBounds {
        Map<RateUnit, Long> copy = new EnumMap<>(RateUnit.class);
        copy.putAll(byUnit);
        copy.forEach(
                (unit, max) -> {
                    if (max < 1 || max > MAX) {
                        throw new IllegalArgumentException(unit + " of " + max);
                    }
                });
        byUnit = Collections.unmodifiableMap(copy);
    }

    public OptionalLong of(RateUnit unit) {
        Long max = byUnit.get(unit);
        return max == null ? OptionalLong.empty() : OptionalLong.of(max);
    }

    public boolean isEmpty() {
        return byUnit.isEmpty();
    }

    /** As the log of changes keeps it: {@code requests_per_minute=60 tokens_per_minute=40000}. */
    String print() {
        return byUnit.entrySet().stream()
                .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    /**
     * Reads what {@link #print} wrote; what another version wrote and this one does not know is
     * left out.
     */
    static RateBounds parse(String printed) {
        Map<RateUnit, Long> found = new EnumMap<>(RateUnit.class);
        for (String part : printed.split(" ", -1)) {
            int equals = part.indexOf('=');
            for (RateUnit unit : RateUnit.values()) {
                if (equals > 0
                        && part.substring(0, equals).equals(unit.name().toLowerCase(Locale.ROOT))) {
                    found.put(unit, Long.parseLong(part.substring(equals + 1)));
                }
            }
        }
        return new RateBounds(found);
    }
}
