package dev.scrip.pricing;

import java.util.stream.LongStream;

/**
 * What tokens cost, each in pico-dollars. One dollar per million tokens is 1,000,000 pico-dollars
 * per token.
 *
 * @param inputPicosPerToken input that the upstream neither read from nor wrote to its cache
 * @param cachedInputPicosPerToken input that it read from its cache
 * @param cacheWritePicosPerToken input that it wrote to its cache
 */
public record TokenRates(
        long inputPicosPerToken,
        long cachedInputPicosPerToken,
        long cacheWritePicosPerToken,
        long outputPicosPerToken) {

    public TokenRates {
        if (LongStream.of(
                        inputPicosPerToken,
                        cachedInputPicosPerToken,
                        cacheWritePicosPerToken,
                        outputPicosPerToken)
                .anyMatch(picos -> picos < 0)) {
            throw new IllegalArgumentException("a negative rate");
        }
    }

    /** Each rate the greater of the two: what bounds a request that may end up at either. */
    TokenRates max(TokenRates other) {
        return new TokenRates(
                Math.max(inputPicosPerToken, other.inputPicosPerToken),
                Math.max(cachedInputPicosPerToken, other.cachedInputPicosPerToken),
                Math.max(cacheWritePicosPerToken, other.cacheWritePicosPerToken),
                Math.max(outputPicosPerToken, other.outputPicosPerToken));
    }

    /** The most that a token of input can cost, however the upstream counts it. */
    long dearestInputPicos() {
        return Math.max(
                inputPicosPerToken, Math.max(cachedInputPicosPerToken, cacheWritePicosPerToken));
    }
}
