package dev.scrip.pricing;

/**
 * What a request used. Never money.
 *
 * @param inputTokens all input, the cached included
 * @param cachedInputTokens of those, what the upstream read from its cache
 * @param outputTokens all output, reasoning included
 * @param reasoningTokens of those, what was not shown
 * @param estimated true when the upstream gave no usage and we counted ourselves
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated) {

    public Usage {
        if (inputTokens < 0
                || cachedInputTokens < 0
                || outputTokens < 0
                || reasoningTokens < 0
                || cachedInputTokens > inputTokens
                || reasoningTokens > outputTokens) {
            throw new IllegalArgumentException(
                    "not a usage: input %d (cached %d), output %d (reasoning %d)"
                            .formatted(
                                    inputTokens, cachedInputTokens, outputTokens, reasoningTokens));
        }
    }
}
