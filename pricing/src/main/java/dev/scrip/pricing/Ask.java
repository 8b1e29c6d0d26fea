package dev.scrip.pricing;

import java.util.OptionalLong;

/**
 * What a request asks for, parsed once.
 *
 * @param model the name the client used
 * @param inputTokensMax an upper bound of the input; never less than what will be counted
 * @param outputTokensMax the client's own bound on the output of one choice; empty: none given
 * @param choices how many answers ({@code n})
 */
public record Ask(String model, long inputTokensMax, OptionalLong outputTokensMax, int choices) {

    public Ask {
        if (inputTokensMax < 0 || choices < 1 || outputTokensMax.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "not an ask: %d, %s, %d".formatted(inputTokensMax, outputTokensMax, choices));
        }
    }
}
