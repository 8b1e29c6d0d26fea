package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A price that is to be added to the book.
 *
 * @param effectiveFrom empty: from the moment it is added
 * @param outputTokensMax 0: it gives no tokens
 * @param tiers other rates for requests with long input, shortest first
 * @param serviceTier at which of the upstream's service tiers it holds
 * @param units what is charged besides plain tokens
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
        List<PriceTier> tiers,
        String serviceTier,
        UnitRates units) {

    private static final long PICOS_PER_NANO = 1_000;

    public NewPrice {
        tiers = List.copyOf(tiers);
    }

    /** A price of plain tokens at the default service tier. */
    public NewPrice(
            String model,
            String displayName,
            Optional<Instant> effectiveFrom,
            TokenRates rates,
            long picosPerRequest,
            long contextTokensMax,
            long outputTokensMax,
            String source,
            List<PriceTier> tiers) {
        this(
                model,
                displayName,
                effectiveFrom,
                rates,
                picosPerRequest,
                contextTokensMax,
                outputTokensMax,
                source,
                tiers,
                Ask.DEFAULT_TIER,
                UnitRates.NONE);
    }

    /** What one request or image costs, in pico-dollars; absurd ones become what no book takes. */
    public static long picosEach(Money fee) {
        return Math.min(fee.nanos(), Long.MAX_VALUE / PICOS_PER_NANO) * PICOS_PER_NANO;
    }
}
