package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The prices pinned for one request, with the most it can cost, which is worked out once. Equal to
 * another of the same prices, ask and bound.
 */
public final class Quote {

    private static final long PICOS_PER_NANO = 1_000;
    private static final long UNBOUNDED = -1;

    private final Price price;
    private final Price standard;
    private final Ask ask;
    private final long outputTokensMax;
    private final long ceilingPicos;

    /**
     * @param price at the service tier that is asked for
     * @param standard at the default service tier, which the upstream may fall back to; mostly the
     *     same
     * @param outputTokensMax the bound on each choice's output that must be sent to the upstream
     */
    public Quote(Price price, Price standard, Ask ask, long outputTokensMax) {
        if (outputTokensMax < 0) {
            throw new IllegalArgumentException("not a bound: " + outputTokensMax);
        }
        this.price = price;
        this.standard = standard;
        this.ask = ask;
        this.outputTokensMax = outputTokensMax;
        this.ceilingPicos = boundedPicos();
    }

    /** A quote of one price, whatever the upstream says of its service tier. */
    public Quote(Price price, Ask ask, long outputTokensMax) {
        this(price, price, ask, outputTokensMax);
    }

    /**
     * As if exactly this usage had been asked for at one price, to compute its charge once more.
     */
    public static Quote of(Price price, Usage usage) {
        Ask ask =
                new Ask(
                        price.model(),
                        usage.inputTokens(),
                        OptionalLong.empty(),
                        1,
                        usage.extras(),
                        price.serviceTier());
        return new Quote(price, ask, usage.outputTokens());
    }

    /** At the service tier that is asked for. */
    public Price price() {
        return price;
    }

    /** At the default service tier, which the upstream may fall back to; mostly the same. */
    public Price standard() {
        return standard;
    }

    public Ask ask() {
        return ask;
    }

    /** The bound on each choice's output that must be sent to the upstream. */
    public long outputTokensMax() {
        return outputTokensMax;
    }

    /** The same request with another bound on each choice's output. */
    public Quote withOutput(long tokensMax) {
        return new Quote(price, standard, ask, tokensMax);
    }

    /**
     * The most this request can cost: the bounds on input, output and what is used besides at the
     * pinned prices, at the dearest rates that they can reach.
     *
     * @throws ArithmeticException if it is more than 9.2 million dollars; {@link PriceBook#quote}
     *     makes no such quote
     */
    public Money ceiling() {
        if (!isBounded()) {
            throw new ArithmeticException("more than any amount: " + this);
        }
        return Money.ofPicosRoundedUp(ceilingPicos);
    }

    private long boundedPicos() {
        try {
            long picos = ceilingPicos(price);
            return price.equals(standard) ? picos : Math.max(picos, ceilingPicos(standard));
        } catch (ArithmeticException absurd) {
            return UNBOUNDED;
        }
    }

    private long ceilingPicos(Price at) {
        return Math.addExact(
                picosWithoutOutput(at),
                Math.multiplyExact(picosPerOutputToken(at), outputTokensMax));
    }

    /** Whether the ceiling is an amount at all. */
    boolean isBounded() {
        return ceilingPicos != UNBOUNDED;
    }

    /** Whether the prices say what everything costs that is asked for. */
    boolean isCovered() {
        Extras extras = ask.extrasMax();
        return extras.isNone() || (covers(price, extras) && covers(standard, extras));
    }

    private static boolean covers(Price at, Extras extras) {
        return at.units().cover(extras, at.outputTokensMax() > 0);
    }

    /**
     * Whether the bound on output can be lowered at all: pictures and sound are made whole, and no
     * upstream takes a bound for them.
     */
    public boolean isWhole() {
        Extras extras = ask.extrasMax();
        return extras.images() > 0 || extras.audioSeconds() > 0 || extras.characters() > 0;
    }

    /**
     * The least output of each choice that is of use: what is asked for, if that is less than
     * {@code outputTokensUseful} or cannot be less.
     */
    public long outputTokensLeast(long outputTokensUseful) {
        return isWhole()
                ? outputTokensMax
                : Math.min(Math.max(outputTokensUseful, 1), outputTokensMax);
    }

    /**
     * The same request with the largest output that {@code money} covers; empty if that is fewer
     * tokens for each choice than {@link #outputTokensLeast}.
     */
    public Optional<Quote> fit(Money money, long outputTokensUseful) {
        if (money.isNegative()) {
            return Optional.empty();
        }
        long affordable = affordable(price, money);
        if (!price.equals(standard)) {
            affordable = Math.min(affordable, affordable(standard, money));
        }
        long needed = outputTokensLeast(outputTokensUseful);
        return affordable < needed ? Optional.empty() : Optional.of(withOutput(affordable));
    }

    /** How much output of a choice the money covers; less than nothing: not even the rest. */
    private long affordable(Price at, Money money) {
        // A ceiling rounded up fits when the exact one does: money is whole nano-dollars.
        long left = Tariff.saturatedProduct(money.nanos(), PICOS_PER_NANO) - picosWithoutOutput(at);
        if (left < 0) {
            return -1;
        }
        long each = picosPerOutputToken(at);
        return each == 0 ? outputTokensMax : Math.min(outputTokensMax, left / each);
    }

    /**
     * What the usage costs, rounded once, up: at the pinned price of the service tier that the
     * upstream says it served, else of the one that was asked for. Usage beyond the quote's bounds
     * is charged like any other; what is worth more than 9.2 million dollars is charged at that.
     */
    public Charge charge(Usage usage) {
        Price at = servedAt(usage.serviceTier());
        List<Charge.Line> lines =
                Tariff.lines(
                        at.ratesAt(usage.inputTokens()), at.units(), at.picosPerRequest(), usage);
        return new Charge(Tariff.sum(lines), usage, at.priceId(), lines);
    }

    private Price servedAt(@Nullable String serviceTier) {
        return serviceTier != null
                        && !price.equals(standard)
                        && standard.serviceTier().equals(serviceTier)
                ? standard
                : price;
    }

    /**
     * A model takes no more input than its context for an answer, so no more can be charged. Where
     * several inputs are in one request, each of them has an answer.
     */
    private long inputTokensBound(Price at) {
        return Math.min(
                ask.inputTokensMax(),
                Tariff.saturatedProduct(at.contextTokensMax(), ask.choices()));
    }

    private long picosWithoutOutput(Price at) {
        long input = inputTokensBound(at);
        long dearest = at.dearestRatesUpTo(input).dearestInputPicos();
        long tokens = Math.addExact(Math.multiplyExact(input, dearest), at.picosPerRequest());
        return ask.extrasMax().isNone()
                ? tokens
                : Math.addExact(tokens, picosOfExtras(at, input, dearest));
    }

    /** What input that is sound or pictures costs above plain tokens, and what is not tokens. */
    private long picosOfExtras(Price at, long input, long dearest) {
        Extras extras = ask.extrasMax();
        UnitRates units = at.units();
        long picos =
                surcharge(
                        extras.audioInputTokens(),
                        input,
                        units.dearestAudioInput(dearest) - dearest);
        picos =
                Math.addExact(
                        picos,
                        surcharge(
                                extras.imageInputTokens(),
                                input,
                                units.dearestImageInput(dearest) - dearest));
        long image = units.ofMadeImage(extras.imageVariant()); // as it is charged, rate or not
        picos = Math.addExact(picos, Math.multiplyExact(extras.images(), image));
        picos = addProduct(picos, extras.audioSeconds(), units.of(Unit.AUDIO_SECOND));
        return addProduct(picos, extras.characters(), units.of(Unit.CHARACTER));
    }

    private static long surcharge(long tokens, long input, long more) {
        return more <= 0 ? 0 : Math.multiplyExact(Math.min(tokens, input), more);
    }

    private static long addProduct(long picos, long quantity, OptionalLong each) {
        return Math.addExact(picos, Math.multiplyExact(quantity, each.orElse(0)));
    }

    private long picosPerOutputToken(Price at) {
        long each = at.dearestRatesUpTo(inputTokensBound(at)).outputPicosPerToken();
        Extras extras = ask.extrasMax();
        if (!extras.isNone()) {
            if (extras.audioOutputTokens() > 0) {
                each = Math.max(each, at.units().of(Unit.AUDIO_OUTPUT).orElse(each));
            }
            if (extras.imageOutputTokens() > 0) {
                each = Math.max(each, at.units().of(Unit.IMAGE_OUTPUT).orElse(each));
            }
        }
        return Math.multiplyExact(each, ask.choices());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Quote quote
                && outputTokensMax == quote.outputTokensMax
                && price.equals(quote.price)
                && standard.equals(quote.standard)
                && ask.equals(quote.ask);
    }

    @Override
    public int hashCode() {
        return Objects.hash(price, standard, ask, outputTokensMax);
    }

    @Override
    public String toString() {
        return "Quote[price=%s, standard=%s, ask=%s, outputTokensMax=%d]"
                .formatted(price, standard, ask, outputTokensMax);
    }
}
