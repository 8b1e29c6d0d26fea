package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.util.List;
import java.util.Optional;

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

    /** A million pico-dollars are a thousand nano-dollars. */
    private static final long NANOS_PER_MILLION_PICOS = 1_000;

    public TokenRates {
        if (inputPicosPerToken < 0
                || cachedInputPicosPerToken < 0
                || cacheWritePicosPerToken < 0
                || outputPicosPerToken < 0) {
            throw new IllegalArgumentException("a negative rate");
        }
    }

    /**
     * Rates as they are usually said: for a million tokens. Empty if one is negative or finer than
     * a pico-dollar per token.
     */
    public static Optional<TokenRates> ofMillion(
            Money input, Money cachedInput, Money cacheWrite, Money output) {
        List<Money> said = List.of(input, cachedInput, cacheWrite, output);
        boolean exact =
                said.stream()
                        .allMatch(
                                rate ->
                                        !rate.isNegative()
                                                && rate.nanos() % NANOS_PER_MILLION_PICOS == 0);
        return exact
                ? Optional.of(
                        new TokenRates(
                                picosEach(input),
                                picosEach(cachedInput),
                                picosEach(cacheWrite),
                                picosEach(output)))
                : Optional.empty();
    }

    /** What a million input tokens cost. Exact. */
    public Money inputPerMillion() {
        return perMillion(inputPicosPerToken);
    }

    /** What a million input tokens cost that the upstream read from its cache. Exact. */
    public Money cachedInputPerMillion() {
        return perMillion(cachedInputPicosPerToken);
    }

    /** What a million input tokens cost that the upstream wrote to its cache. Exact. */
    public Money cacheWritePerMillion() {
        return perMillion(cacheWritePicosPerToken);
    }

    /** What a million output tokens cost. Exact. */
    public Money outputPerMillion() {
        return perMillion(outputPicosPerToken);
    }

    private static Money perMillion(long picosPerToken) {
        return Money.ofNanos(Math.multiplyExact(picosPerToken, NANOS_PER_MILLION_PICOS));
    }

    private static long picosEach(Money perMillion) {
        return perMillion.nanos() / NANOS_PER_MILLION_PICOS;
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
