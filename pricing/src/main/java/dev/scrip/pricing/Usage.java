package dev.scrip.pricing;

import org.jspecify.annotations.Nullable;

/**
 * What a request used. Never money.
 *
 * @param inputTokens all input, read from and written to the cache included
 * @param cachedInputTokens of those, what the upstream read from its cache
 * @param cacheWriteTokens of those, what the upstream wrote to its cache, where it says so
 * @param outputTokens all output, reasoning included
 * @param reasoningTokens of those, what was not shown
 * @param estimated true when the upstream gave no usage and we counted ourselves
 * @param extras what was used besides plain tokens; sound and pictures beyond the input or output
 *     that they are parts of do not count
 * @param serviceTier at which the upstream says it was served; null: not told
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        boolean estimated,
        Extras extras,
        @Nullable String serviceTier) {

    public Usage {
        if (inputTokens < 0
                || cachedInputTokens < 0
                || cacheWriteTokens < 0
                || outputTokens < 0
                || reasoningTokens < 0
                || cachedInputTokens > inputTokens
                || cacheWriteTokens > inputTokens - cachedInputTokens
                || reasoningTokens > outputTokens) {
            throw new IllegalArgumentException(
                    "not a usage: input %d (cached %d, written %d), output %d (reasoning %d)"
                            .formatted(
                                    inputTokens,
                                    cachedInputTokens,
                                    cacheWriteTokens,
                                    outputTokens,
                                    reasoningTokens));
        }
    }

    /** Usage of plain tokens. */
    public Usage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            boolean estimated) {
        this(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                estimated,
                Extras.NONE,
                null);
    }

    /** Usage of plain tokens, of an upstream that does not tell what it wrote to its cache. */
    public Usage(
            long inputTokens,
            long cachedInputTokens,
            long outputTokens,
            long reasoningTokens,
            boolean estimated) {
        this(inputTokens, cachedInputTokens, 0, outputTokens, reasoningTokens, estimated);
    }

    /** Usage of something else than tokens, as it was told. */
    public static Usage of(Extras extras) {
        return new Usage(0, 0, 0, 0, 0, false, extras, null);
    }

    /** The same tokens with other extras. */
    public Usage with(Extras others) {
        return new Usage(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                estimated,
                others,
                serviceTier);
    }
}
