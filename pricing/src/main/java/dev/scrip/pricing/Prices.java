package dev.scrip.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole book as it was at one version. Immutable, so that requests read it without locks.
 *
 * @param byModel every model's prices at the default service tier by the moment from which they are
 *     in force; never empty
 * @param byTier the same of the other service tiers
 */
record Prices(
        long version,
        Map<String, NavigableMap<Instant, Price>> byModel,
        Map<Tier, NavigableMap<Instant, Price>> byTier,
        Map<Long, Price> byId) {

    /** A model at a service tier other than the default; in order of models. */
    record Tier(String model, String serviceTier) implements Comparable<Tier> {

        private static final Comparator<Tier> ORDER =
                Comparator.comparing(Tier::model).thenComparing(Tier::serviceTier);

        @Override
        public int compareTo(Tier other) {
            return ORDER.compare(this, other);
        }
    }

    static Prices of(long version, List<Price> prices) {
        Map<String, NavigableMap<Instant, Price>> byModel = new TreeMap<>();
        Map<Tier, NavigableMap<Instant, Price>> byTier = new TreeMap<>();
        Map<Long, Price> byId = HashMap.newHashMap(prices.size());
        for (Price price : prices) {
            NavigableMap<Instant, Price> history =
                    price.isOfDefaultTier()
                            ? byModel.computeIfAbsent(price.model(), model -> new TreeMap<>())
                            : byTier.computeIfAbsent(
                                    new Tier(price.model(), price.serviceTier()),
                                    tier -> new TreeMap<>());
            history.put(price.effectiveFrom(), price);
            byId.put(price.priceId(), price);
        }
        return new Prices(version, byModel, byTier, byId);
    }

    boolean has(String model) {
        return byModel.containsKey(model);
    }

    /** The latest price of the default service tier that is effective from {@code at} or before. */
    Optional<Price> inForce(String model, Instant at) {
        return Optional.ofNullable(history(model).floorEntry(at)).map(Map.Entry::getValue);
    }

    /** The latest price of a service tier that is effective from {@code at} or before. */
    Optional<Price> inForce(String model, String serviceTier, Instant at) {
        return Optional.ofNullable(history(model, serviceTier).floorEntry(at))
                .map(Map.Entry::getValue);
    }

    /** Of every model the price at the default service tier. */
    List<Price> inForce(Instant at) {
        return byModel.keySet().stream().flatMap(model -> inForce(model, at).stream()).toList();
    }

    /** Of every model the prices at its other service tiers. */
    List<Price> tiersInForce(Instant at) {
        return byTier.keySet().stream()
                .flatMap(tier -> inForce(tier.model(), tier.serviceTier(), at).stream())
                .toList();
    }

    NavigableMap<Instant, Price> history(String model) {
        return byModel.getOrDefault(model, Collections.emptyNavigableMap());
    }

    NavigableMap<Instant, Price> history(String model, String serviceTier) {
        return serviceTier.equals(Ask.DEFAULT_TIER)
                ? history(model)
                : byTier.getOrDefault(
                        new Tier(model, serviceTier), Collections.emptyNavigableMap());
    }

    /** Every service tier of a model that has ever had a price, the default first. */
    List<String> serviceTiers(String model) {
        List<String> tiers = new ArrayList<>();
        if (has(model)) {
            tiers.add(Ask.DEFAULT_TIER);
        }
        byTier.keySet().stream()
                .filter(tier -> tier.model().equals(model))
                .map(Tier::serviceTier)
                .forEach(tiers::add);
        return tiers;
    }
}
