package dev.scrip.pricing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A price that is to be added to the book.
 *
 * @param effectiveFrom empty: from the moment it is added
 * @param tiers other rates for requests with long input, shortest first
 */
public record NewPrice(
        String model,
        String displayName,
        Optional<Instant> effectiveFrom,
        TokenRates rates,
        long picosPerRequest,
        long contextTokensMax,
        long outputTokensMax,
        String source,
        List<PriceTier> tiers) {

    public NewPrice {
        tiers = List.copyOf(tiers);
    }
}
