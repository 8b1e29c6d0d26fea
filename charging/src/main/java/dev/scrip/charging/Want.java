package dev.scrip.charging;

import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;
import java.util.Optional;

/**
 * What a request wants to set aside: all that it costs with output up to the quote's bound, less
 * what it holds already.
 *
 * @param held what it holds already; zero for one that begins
 * @param usefulTokens with a bound below this, nothing is gained
 * @param amount to be set aside now
 */
record Want(Quote quote, Money held, long usefulTokens, Money amount) {

    /** An answer of fewer tokens helps nobody: such a request is refused instead of lowered. */
    static final long OUTPUT_TOKENS_USEFUL = 16;

    private static Want of(Quote quote, Money held, long usefulTokens) {
        return new Want(
                quote, held, quote.outputTokensLeast(usefulTokens), quote.ceiling().minus(held));
    }

    /** Of a request that begins. */
    static Want of(Quote quote) {
        return of(quote, Money.ZERO, OUTPUT_TOKENS_USEFUL);
    }

    /** Of one that runs and is to be covered up to the quote's bound. */
    static Want more(Quote quote, Money held, long outputTokensHeld) {
        return of(quote, held, outputTokensHeld + OUTPUT_TOKENS_USEFUL);
    }

    /** The most of it that this money covers; empty: nothing of use. */
    Optional<Want> fit(Money money) {
        if (!money.isLessThan(amount)) {
            return Optional.of(this);
        }
        Money all = Money.ofNanos(Lease.saturatedSum(money.nanos(), held.nanos()));
        return quote.fit(all, usefulTokens).map(fitting -> of(fitting, held, usefulTokens));
    }

    /** What the least of it that is of use costs. */
    Money least() {
        return quote.withOutput(usefulTokens).ceiling().minus(held);
    }

    boolean isLessThan(Want other) {
        return quote.outputTokensMax() < other.quote.outputTokensMax();
    }
}
