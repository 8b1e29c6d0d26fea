package dev.scrip.pricing;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole book as it was at one version. Immutable, so that requests read it without locks.
 *
 * @param byModel every model's prices by the moment from which they are in force; never empty
 */
record Prices(
        long version, Map<String, NavigableMap<Instant, Price>> byModel, Map<Long, Price> byId) {

    static Prices of(long version, List<Price> prices) {
        Map<String, NavigableMap<Instant, Price>> byModel = new TreeMap<>();
        Map<Long, Price> byId = HashMap.newHashMap(prices.size());
        for (Price price : prices) {
            byModel.computeIfAbsent(price.model(), model -> new TreeMap<>())
                    .put(price.effectiveFrom(), price);
            byId.put(price.priceId(), price);
        }
        return new Prices(version, byModel, byId);
    }

    boolean has(String model) {
        return byModel.containsKey(model);
    }

    /** The latest price that is effective from {@code at} or before. */
    Optional<Price> inForce(String model, Instant at) {
        return Optional.ofNullable(history(model).floorEntry(at)).map(Map.Entry::getValue);
    }

    List<Price> inForce(Instant at) {
        return byModel.keySet().stream().flatMap(model -> inForce(model, at).stream()).toList();
    }

    NavigableMap<Instant, Price> history(String model) {
        return byModel.getOrDefault(model, Collections.emptyNavigableMap());
    }
}
