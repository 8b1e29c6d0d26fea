package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteTest {

    private static final BigDecimal PICOS_PER_DOLLAR = BigDecimal.TEN.pow(12);

    /** GPT-4o mini: 0.15, 0.075 and 0.60 dollars per million tokens. */
    private static final Price MINI = price(150_000, 75_000, 150_000, 600_000, 0, List.of());

    /** Above 200 tokens of input everything costs twice as much. */
    private static final Price TIERED =
            price(
                    3_000,
                    300,
                    3_750,
                    15_000,
                    0,
                    List.of(new PriceTier(200, new TokenRates(6_000, 600, 7_500, 30_000))));

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # input, cached, written, output, dollars
                    0,       0,     0,      0,        0.00
                    1,       0,     0,      0,        0.00000015
                    1,       1,     0,      0,        0.000000075
                    1000000, 0,     0,      0,        0.15
                    1000000, 400000, 0,     1000000,  0.72
                    13,      0,     0,      7,        0.00000615
                    13,      12,    1,      7,        0.00000525
                    """)
    void chargesWhatWasUsed(
            long input, long cached, long written, long output, BigDecimal dollars) {
        Charge charge =
                quote(MINI, 10, 10, 1).charge(new Usage(input, cached, written, output, 0, false));
        assertThat(charge.amount()).isEqualTo(Money.ofDollars(dollars));
        assertThat(charge.priceId()).isEqualTo(MINI.priceId());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # pico-dollars each, tokens, nano-dollars
                    1,    1,     1
                    1,    1000,  1
                    1,    1001,  2
                    999,  1,     1
                    1000, 1,     1
                    1001, 1,     2
                    """)
    void roundsOnceAndUp(long picos, long tokens, long nanos) {
        Price price = price(picos, picos, picos, 0, 0, List.of());
        assertThat(quote(price, 1, 1, 1).charge(new Usage(tokens, 0, 0, 0, false)).amount())
                .isEqualTo(Money.ofNanos(nanos));
    }

    @Test
    void roundsTheSumAndNotTheLines() {
        Price price = price(400, 300, 400, 300, 0, List.of());
        Charge charge = quote(price, 9, 9, 1).charge(new Usage(2, 1, 1, 0, false));
        assertThat(charge.amount()).isEqualTo(Money.ofNanos(1));
        assertThat(charge.lines())
                .containsExactly(
                        new Charge.Line("input tokens", 1, 400, 400),
                        new Charge.Line("cached input tokens", 1, 300, 300),
                        new Charge.Line("output tokens", 1, 300, 300));
    }

    @Test
    void chargesARequestItself() {
        Price price = price(1_000, 1_000, 1_000, 1_000, 12_000_000_000L, List.of());
        Charge charge = quote(price, 10, 10, 1).charge(new Usage(1, 0, 1, 0, false));
        assertThat(charge.amount()).isEqualTo(Money.ofDollars("0.012000002"));
        assertThat(charge.lines())
                .contains(new Charge.Line("request", 1, 12_000_000_000L, 12_000_000_000L));
    }

    @Test
    void chargesUsageBeyondTheBounds() {
        Charge charge = quote(MINI, 1, 1, 1).charge(new Usage(1_000_000, 0, 0, 0, false));
        assertThat(charge.amount()).isEqualTo(Money.ofDollars("0.15"));
    }

    @Test
    void anAbsurdCountIsChargedAtTheMost() {
        Usage absurd = new Usage(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, false);
        assertThat(quote(MINI, 1, 1, 1).charge(absurd).amount())
                .isEqualTo(Money.ofPicosRoundedUp(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # input, picos each of input and output
                    199,     3000,  15000
                    200,     3000,  15000
                    201,     6000,  30000
                    """)
    void aTierHoldsForTheWholeRequestAboveItsBound(long input, long inputPicos, long outputPicos) {
        Charge charge = quote(TIERED, 1_000, 10, 1).charge(new Usage(input, 0, 5, 0, false));
        assertThat(charge.lines())
                .containsExactly(
                        new Charge.Line("input tokens", input, inputPicos, input * inputPicos),
                        new Charge.Line("output tokens", 5, outputPicos, 5 * outputPicos));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # input, output, choices, nano-dollars: the dearest way to count the input
                    200,     10,     1,       900
                    201,     10,     1,       1808
                    200,     10,     3,       1200
                    1000,    0,      1,       7500
                    """)
    void theCeilingIsTheDearestThatCanBeReached(long input, long output, int choices, long nanos) {
        assertThat(quote(TIERED, input, output, choices).ceiling()).isEqualTo(Money.ofNanos(nanos));
    }

    @Test
    void theCeilingCountsNoMoreInputThanTheContext() {
        Price small = withBounds(MINI, 1_000, 100);
        assertThat(quote(small, 5_000_000, 0, 1).ceiling())
                .isEqualTo(quote(small, 1_000, 0, 1).ceiling());
    }

    @Test
    void fitsWhatTheMoneyCovers() {
        Quote whole = quote(MINI, 1_000, 4_096, 1);
        assertThat(whole.ceiling()).isEqualTo(Money.ofDollars("0.0026076"));
        assertThat(whole.fit(Money.ofDollars("5"), 16)).contains(whole);
        assertThat(whole.fit(Money.ofDollars("0.00075"), 16).map(Quote::outputTokensMax))
                .contains(1_000L);
        assertThat(whole.fit(Money.ofDollars("0.0001596"), 16).map(Quote::outputTokensMax))
                .contains(16L);
        assertThat(whole.fit(Money.ofDollars("0.000159599"), 16)).isEmpty();
        assertThat(whole.fit(Money.ofDollars("0.0001"), 0)).isEmpty();
        assertThat(whole.fit(Money.ofNanos(-1), 0)).isEmpty();
        assertThat(quote(MINI, 1_000, 4, 1).fit(Money.ofDollars("0.0001524"), 16))
                .map(Quote::outputTokensMax)
                .contains(4L);
    }

    @Test
    void muchMoneyFitsEverything() {
        Quote whole = quote(MINI, 1_000, 4_096, 128);
        assertThat(whole.fit(Money.ofNanos(Long.MAX_VALUE), 16)).contains(whole);
    }

    @Property
    void theCeilingIsExact(
            @ForAll("prices") Price price,
            @ForAll @LongRange(max = 3_000_000) long input,
            @ForAll @LongRange(max = 200_000) long output,
            @ForAll @IntRange(min = 1, max = 128) int choices) {
        long bounded = Math.min(input, price.contextTokensMax() * choices);
        BigDecimal dearest = BigDecimal.ZERO;
        BigDecimal dearestOutput = BigDecimal.ZERO;
        for (TokenRates rates : reachable(price, bounded)) {
            dearest =
                    dearest.max(BigDecimal.valueOf(rates.inputPicosPerToken()))
                            .max(BigDecimal.valueOf(rates.cachedInputPicosPerToken()))
                            .max(BigDecimal.valueOf(rates.cacheWritePicosPerToken()));
            dearestOutput = dearestOutput.max(BigDecimal.valueOf(rates.outputPicosPerToken()));
        }
        BigDecimal picos =
                dearest.multiply(BigDecimal.valueOf(bounded))
                        .add(
                                dearestOutput
                                        .multiply(BigDecimal.valueOf(output))
                                        .multiply(BigDecimal.valueOf(choices)))
                        .add(BigDecimal.valueOf(price.picosPerRequest()));
        assertThat(quote(price, input, output, choices).ceiling()).isEqualTo(dollars(picos));
    }

    @Property
    void aChargeIsExactAndWithinTheBoundsBelowTheCeiling(
            @ForAll("prices") Price price,
            @ForAll @LongRange(max = 3_000_000) long inputBound,
            @ForAll @LongRange(max = 50_000) long outputBound,
            @ForAll @IntRange(min = 1, max = 8) int choices,
            @ForAll @IntRange(max = 100) int inputPercent,
            @ForAll @IntRange(max = 100) int cachedPercent,
            @ForAll @IntRange(max = 100) int writtenPercent,
            @ForAll @IntRange(max = 100) int outputPercent) {
        long input = Math.min(inputBound, price.contextTokensMax()) * inputPercent / 100;
        long cached = input * cachedPercent / 100;
        long written = (input - cached) * writtenPercent / 100;
        long output = outputBound * choices * outputPercent / 100;
        TokenRates rates = reachable(price, input).getLast();
        BigDecimal picos =
                product(input - cached - written, rates.inputPicosPerToken())
                        .add(product(cached, rates.cachedInputPicosPerToken()))
                        .add(product(written, rates.cacheWritePicosPerToken()))
                        .add(product(output, rates.outputPicosPerToken()))
                        .add(BigDecimal.valueOf(price.picosPerRequest()));
        Quote quote = quote(price, inputBound, outputBound, choices);
        Charge charge = quote.charge(new Usage(input, cached, written, output, 0, false));
        assertThat(charge.amount()).isEqualTo(dollars(picos));
        assertThat(charge.amount()).isLessThanOrEqualTo(quote.ceiling());
    }

    @Property
    void fitIsTheLargestThatTheMoneyCovers(
            @ForAll("prices") Price price,
            @ForAll @LongRange(max = 1_000_000) long input,
            @ForAll @LongRange(min = 1, max = 200_000) long output,
            @ForAll @IntRange(min = 1, max = 8) int choices,
            @ForAll @LongRange(max = 20_000_000_000L) long nanos,
            @ForAll @LongRange(max = 100) long useful) {
        Quote whole = quote(price, input, output, choices);
        Money money = Money.ofNanos(nanos);
        Optional<Quote> fit = whole.fit(money, useful);
        if (fit.isPresent()) {
            long fits = fit.get().outputTokensMax();
            assertThat(fit.get().ceiling()).isLessThanOrEqualTo(money);
            assertThat(fits).isGreaterThanOrEqualTo(Math.min(useful, output));
            if (fits < output) {
                assertThat(new Quote(price, whole.ask(), fits + 1).ceiling()).isGreaterThan(money);
            }
        } else {
            long least = Math.min(Math.max(useful, 1), output);
            assertThat(new Quote(price, whole.ask(), least).ceiling()).isGreaterThan(money);
        }
    }

    @Provide
    Arbitrary<Price> prices() {
        Arbitrary<Long> picos = Arbitraries.longs().between(0, 200_000_000);
        Arbitrary<TokenRates> rates =
                Combinators.combine(picos, picos, picos, picos).as(TokenRates::new);
        Arbitrary<List<PriceTier>> tiers =
                Combinators.combine(
                                Arbitraries.longs().between(1, 500_000),
                                Arbitraries.longs().between(1, 500_000),
                                rates,
                                rates)
                        .as(
                                (first, more, low, high) ->
                                        List.of(
                                                new PriceTier(first, low),
                                                new PriceTier(first + more, high)));
        return Combinators.combine(
                        rates,
                        Arbitraries.oneOf(Arbitraries.just(List.<PriceTier>of()), tiers),
                        Arbitraries.oneOf(
                                Arbitraries.just(0L),
                                Arbitraries.longs().between(1, 20_000_000_000L)))
                .as(
                        (base, above, perRequest) ->
                                price(
                                        base.inputPicosPerToken(),
                                        base.cachedInputPicosPerToken(),
                                        base.cacheWritePicosPerToken(),
                                        base.outputPicosPerToken(),
                                        perRequest,
                                        above));
    }

    private static List<TokenRates> reachable(Price price, long input) {
        List<TokenRates> rates = new ArrayList<>(List.of(price.rates()));
        price.tiers().stream()
                .filter(tier -> input > tier.aboveInputTokens())
                .forEach(tier -> rates.add(tier.rates()));
        return rates;
    }

    private static BigDecimal product(long quantity, long picos) {
        return BigDecimal.valueOf(quantity).multiply(BigDecimal.valueOf(picos));
    }

    private static Money dollars(BigDecimal picos) {
        return Money.ofDollars(picos.divide(PICOS_PER_DOLLAR, 9, RoundingMode.CEILING));
    }

    private static Quote quote(Price price, long input, long output, int choices) {
        return new Quote(
                price, new Ask(price.model(), input, OptionalLong.empty(), choices), output);
    }

    private static Price price(
            long input,
            long cached,
            long written,
            long output,
            long perRequest,
            List<PriceTier> tiers) {
        return new Price(
                42,
                "model",
                "Model",
                Instant.EPOCH,
                input,
                cached,
                written,
                output,
                perRequest,
                1_000_000,
                200_000,
                "test",
                tiers);
    }

    private static Price withBounds(Price price, long context, long output) {
        return new Price(
                price.priceId(),
                price.model(),
                price.displayName(),
                price.effectiveFrom(),
                price.inputPicosPerToken(),
                price.cachedInputPicosPerToken(),
                price.outputPicosPerToken(),
                price.picosPerRequest(),
                context,
                output,
                price.source());
    }
}
