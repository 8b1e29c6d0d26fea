package dev.scrip.charging;

import dev.scrip.pricing.QuoteOutcome;

/** Why a request that has no quote is not admitted. */
final class Unquoted {

    private Unquoted() {}

    static Admission refusal(QuoteOutcome outcome) {
        return switch (outcome) {
            case QuoteOutcome.Quoted quoted ->
                    throw new IllegalArgumentException("there is a quote: " + quoted);
            case QuoteOutcome.Unpriced(String model) -> new Admission.Unpriced(model);
            case QuoteOutcome.TierUnpriced(String model, String serviceTier) ->
                    new Admission.TierUnpriced(model, serviceTier);
            case QuoteOutcome.TooLong(String model, long tokensAsked, long tokensMax) ->
                    new Admission.TooLong(model, tokensAsked, tokensMax);
        };
    }
}
