package dev.scrip.pricing;

/** The answer to an {@link Ask}. */
public sealed interface QuoteOutcome {

    record Quoted(Quote quote) implements QuoteOutcome {}

    /** No price is in force: the request is refused, never served for nothing. */
    record Unpriced(String model) implements QuoteOutcome {}

    /** The input alone, or what is asked for, is more than the model takes. */
    record TooLong(String model, long tokensAsked, long tokensMax) implements QuoteOutcome {}
}
