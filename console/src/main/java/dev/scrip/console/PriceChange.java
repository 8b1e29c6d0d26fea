package dev.scrip.console;

import dev.scrip.money.Money;
import dev.scrip.pricing.NewPrice;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceTier;
import dev.scrip.pricing.PublishedRate;
import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.UnitRates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a price, as it is and as it will be.
 *
 * @param above of long input: the number of tokens above which it holds; 0: always
 * @param now in dollars; null: there is none
 * @param then in dollars; null: there is none
 */
public record PriceChange(
        String what, long above, String per, @Nullable BigDecimal now, @Nullable BigDecimal then) {

    private static final int PICO_SCALE = 12;
    private static final String TOKENS = "1M tokens";

    /** What a figure is of. */
    private record Key(String what, long above, String per) {}

    public boolean isSame() {
        return now != null && then != null && now.compareTo(then) == 0;
    }

    /** All figures that one of the two has, in the order of the form. */
    static List<PriceChange> between(Optional<Price> current, NewPrice next) {
        Map<Key, BigDecimal> before = new LinkedHashMap<>();
        current.ifPresent(
                price ->
                        add(
                                before,
                                price.rates(),
                                price.tiers(),
                                price.picosPerRequest(),
                                price.units()));
        Map<Key, BigDecimal> after = new LinkedHashMap<>();
        add(after, next.rates(), next.tiers(), next.picosPerRequest(), next.units());
        List<PriceChange> changes = new ArrayList<>();
        after.forEach((key, dollars) -> changes.add(change(key, before.get(key), dollars)));
        before.forEach(
                (key, dollars) -> {
                    if (!after.containsKey(key)) {
                        changes.add(change(key, dollars, null));
                    }
                });
        return changes;
    }

    private static PriceChange change(
            Key key, @Nullable BigDecimal now, @Nullable BigDecimal then) {
        return new PriceChange(key.what(), key.above(), key.per(), now, then);
    }

    private static void add(
            Map<Key, BigDecimal> figures,
            TokenRates rates,
            List<PriceTier> tiers,
            long picosPerRequest,
            UnitRates units) {
        add(figures, 0, rates);
        tiers.forEach(tier -> add(figures, tier.aboveInputTokens(), tier.rates()));
        if (picosPerRequest > 0) {
            figures.put(
                    new Key("Request", 0, "request"),
                    BigDecimal.valueOf(picosPerRequest, PICO_SCALE));
        }
        for (PublishedRate rate : units.published()) {
            figures.put(new Key(rate.what(), 0, rate.per()), rate.dollars());
        }
    }

    private static void add(Map<Key, BigDecimal> figures, long above, TokenRates rates) {
        put(figures, "Input", above, rates.inputPerMillion());
        put(figures, "Input read from a cache", above, rates.cachedInputPerMillion());
        put(figures, "Input written to a cache", above, rates.cacheWritePerMillion());
        put(figures, "Output", above, rates.outputPerMillion());
    }

    private static void put(Map<Key, BigDecimal> figures, String what, long above, Money price) {
        figures.put(new Key(what, above, TOKENS), price.toDollars());
    }
}
