package dev.scrip.organizations;

import java.util.OptionalLong;

/**
 * What a request is about to take of its rate limits, as far as it is known before it runs.
 *
 * @param inputTokens estimated; what it really used is told to the {@link RatePass} after
 * @param outputTokens the client's own bound; empty: it named none, and what is usual is taken
 * @param audioSeconds of sound, estimated
 */
public record RateAsk(
        Caller caller,
        String model,
        long inputTokens,
        OptionalLong outputTokens,
        long images,
        long audioSeconds) {

    /** Text in, text out. */
    public static RateAsk text(
            Caller caller, String model, long inputTokens, OptionalLong outputTokens) {
        return new RateAsk(caller, model, inputTokens, outputTokens, 0, 0);
    }
}
