package dev.scrip.pricing;

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
}
