package dev.scrip.pricing;

import java.util.OptionalLong;

/**
 * What a request asks for, parsed once.
 *
 * @param model the name the client used
 * @param inputTokensMax an upper bound of the input; never less than what will be counted
 * @param outputTokensMax the client's own bound on the output of one choice; empty: none given
 * @param choices how many answers: {@code n}, of each input if there are several
 * @param extrasMax upper bounds of what is used besides, of all choices together; where output may
 *     be sound or pictures, any number above 0 says so, for the output's own bound holds
 * @param serviceTier {@link #DEFAULT_TIER}, or the one that the client asks for; {@code auto} means
 *     the default
 */
public record Ask(
        String model,
        long inputTokensMax,
        OptionalLong outputTokensMax,
        int choices,
        Extras extrasMax,
        String serviceTier) {

    /** The service tier of requests that do not choose one. */
    public static final String DEFAULT_TIER = "default";

    private static final String AUTO_TIER = "auto";

    public Ask {
        if (inputTokensMax < 0 || choices < 1 || outputTokensMax.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "not an ask: %d, %s, %d".formatted(inputTokensMax, outputTokensMax, choices));
        }
        if (serviceTier.equals(AUTO_TIER)) {
            serviceTier = DEFAULT_TIER;
        }
    }

    /** Plain tokens at the default service tier. */
    public Ask(String model, long inputTokensMax, OptionalLong outputTokensMax, int choices) {
        this(model, inputTokensMax, outputTokensMax, choices, Extras.NONE, DEFAULT_TIER);
    }

    boolean isOfDefaultTier() {
        return serviceTier.equals(DEFAULT_TIER);
    }
}
