package dev.scrip.pricing;

import dev.scrip.money.Money;
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

    private static final long PICOS_PER_NANO = 1_000;

    public NewPrice {
        tiers = List.copyOf(tiers);
    }

    /** A fee per request in pico-dollars; absurd ones become what no book takes. */
    public static long picosPerRequest(Money fee) {
        return Math.min(fee.nanos(), Long.MAX_VALUE / PICOS_PER_NANO) * PICOS_PER_NANO;
    }
}
