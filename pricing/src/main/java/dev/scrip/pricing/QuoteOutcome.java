package dev.scrip.pricing;

/** The answer to an {@link Ask}. */
public sealed interface QuoteOutcome {

    record Quoted(Quote quote) implements QuoteOutcome {}

    /**
     * No price is in force, or it does not say what something costs that the request asks for: the
     * request is refused, never served for nothing.
     */
    record Unpriced(String model) implements QuoteOutcome {}

    /** The model has a price, but not at the service tier that is asked for. */
    record TierUnpriced(String model, String serviceTier) implements QuoteOutcome {}

    /** The input alone, or what is asked for, is more than the model takes. */
    record TooLong(String model, long tokensAsked, long tokensMax) implements QuoteOutcome {}
}
