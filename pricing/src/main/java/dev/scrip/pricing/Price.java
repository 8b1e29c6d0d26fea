package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.time.Instant;

/**
 * What one model costs from one moment on, in pico-dollars per token. One dollar per million tokens
 * is 1,000,000 pico-dollars per token.
 *
 * @param priceId names this version for ever; records refer to it
 * @param outputTokensMax the model's own maximum for one answer
 * @param contextTokensMax input and output together
 * @param source where the numbers come from, and of which date
 */
public record Price(
        long priceId,
        String model,
        String displayName,
        Instant effectiveFrom,
        long inputPicosPerToken,
        long cachedInputPicosPerToken,
        long outputPicosPerToken,
        long picosPerRequest,
        long contextTokensMax,
        long outputTokensMax,
        String source) {

    public Price {
        if (inputPicosPerToken < 0
                || cachedInputPicosPerToken < 0
                || outputPicosPerToken < 0
                || picosPerRequest < 0
                || contextTokensMax < 1
                || outputTokensMax < 1) {
            throw new IllegalArgumentException("not a price: " + model);
        }
    }

    /** What a million input tokens cost: the way prices of tokens are usually said. Exact. */
    public Money inputPerMillion() {
        return perMillion(inputPicosPerToken);
    }

    /** What a million input tokens cost that the upstream read from its cache. Exact. */
    public Money cachedInputPerMillion() {
        return perMillion(cachedInputPicosPerToken);
    }

    /** What a million output tokens cost. Exact. */
    public Money outputPerMillion() {
        return perMillion(outputPicosPerToken);
    }

    private static Money perMillion(long picosPerToken) {
        return Money.ofPicosRoundedUp(Math.multiplyExact(picosPerToken, 1_000_000));
    }
}
