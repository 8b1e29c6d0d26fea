package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The price pinned for one request, with the most it can cost.
 *
 * @param outputTokensMax the bound on each choice's output that must be sent to the upstream
 */
public record Quote(Price price, Ask ask, long outputTokensMax) {

    private static final long PICOS_PER_NANO = 1_000;

    public Quote {
        if (outputTokensMax < 0) {
            throw new IllegalArgumentException("not a bound: " + outputTokensMax);
        }
    }

    /**
     * The most this request can cost: the bound on input and output at the pinned price, at the
     * dearest rates that input up to its bound can reach.
     *
     * @throws ArithmeticException if it is more than 9.2 million dollars; {@link PriceBook#quote}
     *     makes no such quote
     */
    public Money ceiling() {
        return Money.ofPicosRoundedUp(
                Math.addExact(
                        picosWithoutOutput(),
                        Math.multiplyExact(picosPerOutputToken(), outputTokensMax)));
    }

    /** Whether the ceiling is an amount at all. */
    boolean isBounded() {
        try {
            return !ceiling().isNegative();
        } catch (ArithmeticException absurd) {
            return false;
        }
    }

    /**
     * The same request with the largest output that {@code money} covers; empty if that is fewer
     * tokens than {@code outputTokensUseful} for each choice (or than asked for, if that is less).
     */
    public Optional<Quote> fit(Money money, long outputTokensUseful) {
        if (money.isNegative()) {
            return Optional.empty();
        }
        // A ceiling rounded up fits when the exact one does: money is whole nano-dollars.
        long left = saturatedProduct(money.nanos(), PICOS_PER_NANO) - picosWithoutOutput();
        if (left < 0) {
            return Optional.empty();
        }
        long each = picosPerOutputToken();
        long affordable = each == 0 ? outputTokensMax : Math.min(outputTokensMax, left / each);
        long needed = Math.min(Math.max(outputTokensUseful, 1), outputTokensMax);
        return affordable < needed
                ? Optional.empty()
                : Optional.of(new Quote(price, ask, affordable));
    }

    /**
     * What the usage costs at the pinned price, rounded once, up. Usage beyond the quote's bounds
     * is charged like any other; what is worth more than 9.2 million dollars is charged at that.
     */
    public Charge charge(Usage usage) {
        TokenRates rates = price.ratesAt(usage.inputTokens());
        List<Charge.Line> lines = new ArrayList<>();
        lines.add(
                line(
                        "input tokens",
                        usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens(),
                        rates.inputPicosPerToken()));
        if (usage.cachedInputTokens() > 0) {
            lines.add(
                    line(
                            "cached input tokens",
                            usage.cachedInputTokens(),
                            rates.cachedInputPicosPerToken()));
        }
        if (usage.cacheWriteTokens() > 0) {
            lines.add(
                    line(
                            "cache write tokens",
                            usage.cacheWriteTokens(),
                            rates.cacheWritePicosPerToken()));
        }
        lines.add(line("output tokens", usage.outputTokens(), rates.outputPicosPerToken()));
        if (price.picosPerRequest() > 0) {
            lines.add(line("request", 1, price.picosPerRequest()));
        }
        long picos = 0;
        for (Charge.Line line : lines) {
            picos = saturatedSum(picos, line.picos());
        }
        return new Charge(Money.ofPicosRoundedUp(picos), usage, price.priceId(), lines);
    }

    /** A model takes no more input than its context, so no more can be charged. */
    private long inputTokensBound() {
        return Math.min(ask.inputTokensMax(), price.contextTokensMax());
    }

    private long picosWithoutOutput() {
        long input = inputTokensBound();
        return Math.addExact(
                Math.multiplyExact(input, price.dearestRatesUpTo(input).dearestInputPicos()),
                price.picosPerRequest());
    }

    private long picosPerOutputToken() {
        return Math.multiplyExact(
                price.dearestRatesUpTo(inputTokensBound()).outputPicosPerToken(), ask.choices());
    }

    private static Charge.Line line(String what, long quantity, long picosEach) {
        return new Charge.Line(what, quantity, picosEach, saturatedProduct(quantity, picosEach));
    }

    /** Of numbers that are not negative. An upstream's absurd count must not lose its request. */
    private static long saturatedProduct(long quantity, long each) {
        return Math.multiplyHigh(quantity, each) > 0 || quantity * each < 0
                ? Long.MAX_VALUE
                : quantity * each;
    }

    private static long saturatedSum(long sum, long more) {
        return sum > Long.MAX_VALUE - more ? Long.MAX_VALUE : sum + more;
    }
}
