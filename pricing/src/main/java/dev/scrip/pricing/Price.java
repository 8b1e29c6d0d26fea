package dev.scrip.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one model costs from one moment on, in pico-dollars per token. One dollar per million tokens
 * is 1,000,000 pico-dollars per token.
 *
 * @param priceId names this version for ever; records refer to it
 * @param cacheWritePicosPerToken input that the upstream wrote to its cache
 * @param contextTokensMax input and output together
 * @param source where the numbers come from, and of which date
 * @param outputTokensMax the model's own maximum for one answer; 0: it gives no tokens
 * @param tiers other rates for requests with long input, shortest first; mostly none
 * @param serviceTier at which of the upstream's service tiers it holds
 * @param units what is charged besides plain tokens; mostly nothing
 */
public record Price(
        long priceId,
        String model,
        String displayName,
        Instant effectiveFrom,
        long inputPicosPerToken,
        long cachedInputPicosPerToken,
        long cacheWritePicosPerToken,
        long outputPicosPerToken,
        long picosPerRequest,
        long contextTokensMax,
        long outputTokensMax,
        String source,
        List<PriceTier> tiers,
        String serviceTier,
        UnitRates units) {

    private static final int PICO_SCALE = 12;

    public Price {
        if (inputPicosPerToken < 0
                || cachedInputPicosPerToken < 0
                || cacheWritePicosPerToken < 0
                || outputPicosPerToken < 0
                || picosPerRequest < 0
                || contextTokensMax < 1
                || outputTokensMax < 0) {
            throw new IllegalArgumentException("not a price: " + model);
        }
        tiers = List.copyOf(tiers);
        for (int i = 1; i < tiers.size(); i++) {
            if (tiers.get(i).aboveInputTokens() <= tiers.get(i - 1).aboveInputTokens()) {
                throw new IllegalArgumentException("tiers out of order: " + model);
            }
        }
    }

    /** A price of plain tokens at the default service tier. */
    public Price(
            long priceId,
            String model,
            String displayName,
            Instant effectiveFrom,
            long inputPicosPerToken,
            long cachedInputPicosPerToken,
            long cacheWritePicosPerToken,
            long outputPicosPerToken,
            long picosPerRequest,
            long contextTokensMax,
            long outputTokensMax,
            String source,
            List<PriceTier> tiers) {
        this(
                priceId,
                model,
                displayName,
                effectiveFrom,
                inputPicosPerToken,
                cachedInputPicosPerToken,
                cacheWritePicosPerToken,
                outputPicosPerToken,
                picosPerRequest,
                contextTokensMax,
                outputTokensMax,
                source,
                tiers,
                Ask.DEFAULT_TIER,
                UnitRates.NONE);
    }

    /** A price without tiers, where writing to the cache costs what input costs. */
    public Price(
            long priceId,
            String model,
            String displayName,
            Instant effectiveFrom,
            long inputPicosPerToken,
            long cachedInputPicosPerToken,
            long outputPicosPerToken,
            long picosPerRequest,
            long contextTokensMax,
            long outputTokensMax,
            String source) {
        this(
                priceId,
                model,
                displayName,
                effectiveFrom,
                inputPicosPerToken,
                cachedInputPicosPerToken,
                inputPicosPerToken,
                outputPicosPerToken,
                picosPerRequest,
                contextTokensMax,
                outputTokensMax,
                source,
                List.of());
    }

    /** Whether it is for requests that choose no service tier. */
    public boolean isOfDefaultTier() {
        return serviceTier.equals(Ask.DEFAULT_TIER);
    }

    /** The rates of a request whose input is no longer than any tier's bound. */
    public TokenRates rates() {
        return new TokenRates(
                inputPicosPerToken,
                cachedInputPicosPerToken,
                cacheWritePicosPerToken,
                outputPicosPerToken);
    }

    /** The rates of a request with this much input. */
    public TokenRates ratesAt(long inputTokens) {
        return PriceTier.reached(rates(), tiers, inputTokens);
    }

    /** The dearest rates of all requests with at most this much input. */
    TokenRates dearestRatesUpTo(long inputTokens) {
        TokenRates rates = rates();
        for (PriceTier tier : tiers) {
            if (inputTokens > tier.aboveInputTokens()) {
                rates = rates.max(tier.rates());
            }
        }
        return rates;
    }

    /** Whether both say the same for every request, whatever their names and dates. */
    boolean sameFigures(Price other) {
        return rates().equals(other.rates())
                && picosPerRequest == other.picosPerRequest
                && contextTokensMax == other.contextTokensMax
                && outputTokensMax == other.outputTokensMax
                && tiers.equals(other.tiers)
                && units.equals(other.units);
    }

    /** Whether a plain token costs anything. */
    public boolean chargesTokens() {
        return chargesTokens(rates())
                || tiers.stream().anyMatch(tier -> chargesTokens(tier.rates()));
    }

    private static boolean chargesTokens(TokenRates rates) {
        return rates.dearestInputPicos() > 0 || rates.outputPicosPerToken() > 0;
    }

    /** Whether nothing of it costs anything. */
    public boolean isFree() {
        return !chargesTokens()
                && picosPerRequest == 0
                && units.published().stream().allMatch(rate -> rate.dollars().signum() == 0);
    }

    /** What is charged besides plain tokens, as it is usually said. */
    public List<PublishedRate> otherRates() {
        List<PublishedRate> rates = new ArrayList<>(units.published());
        if (picosPerRequest > 0) {
            rates.add(new PublishedRate("Request", dollarsPerRequest(), "request"));
        }
        return rates;
    }

    /** What one request costs besides its tokens, in dollars: up to twelve decimals. */
    public BigDecimal dollarsPerRequest() {
        return BigDecimal.valueOf(picosPerRequest, PICO_SCALE);
    }
}
