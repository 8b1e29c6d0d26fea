package dev.scrip.pricing;

import dev.scrip.money.Money;

/**
 * The price pinned for one request, with the most it can cost.
 *
 * @param outputTokensMax the bound on each choice's output that must be sent to the upstream
 */
public record Quote(Price price, Ask ask, long outputTokensMax) {

    /** The most this request can cost: the bound on input and output at the pinned price. */
    public Money ceiling() {
        throw new UnsupportedOperationException("pricing: to be written");
    }

    /**
     * The same request with the largest output that {@code money} covers; empty if that is fewer
     * tokens than {@code outputTokensUseful} for each choice (or than asked for, if that is less).
     */
    public java.util.Optional<Quote> fit(Money money, long outputTokensUseful) {
        throw new UnsupportedOperationException("pricing: to be written");
    }

    /** What the usage costs at the pinned price, rounded once, up. */
    public Charge charge(Usage usage) {
        throw new UnsupportedOperationException("pricing: to be written");
    }
}
