package dev.scrip.pricing;

import java.util.List;

/**
 * Other rates for the whole of a request whose input is long.
 *
 * @param aboveInputTokens the tier holds for requests with more input than this
 */
public record PriceTier(long aboveInputTokens, TokenRates rates) {

    public PriceTier {
        if (aboveInputTokens < 1) {
            throw new IllegalArgumentException("not a tier: above " + aboveInputTokens);
        }
    }

    /** The rates of a request with this much input. */
    static TokenRates reached(TokenRates base, List<PriceTier> tiers, long inputTokens) {
        TokenRates rates = base;
        for (PriceTier tier : tiers) {
            if (inputTokens > tier.aboveInputTokens) {
                rates = tier.rates;
            }
        }
        return rates;
    }
}
