package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sound, pictures, seconds, characters, and the service tiers of a price. */
class QuoteUnitsTest {

    /** Text at 5 dollars a million (1.25 cached), pictures in at 10 (2.50), out at 40. */
    private static final Price PICTURES =
            price(
                    "default",
                    new TokenRates(5_000_000, 1_250_000, 5_000_000, 0),
                    0,
                    new UnitRates(
                            Map.of(
                                    Unit.IMAGE_INPUT, 10_000_000L,
                                    Unit.CACHED_IMAGE_INPUT, 2_500_000L,
                                    Unit.IMAGE_OUTPUT, 40_000_000L),
                            new TreeMap<>()));

    private static final Price PIECES =
            price(
                    "default",
                    new TokenRates(0, 0, 0, 0),
                    0,
                    new UnitRates(
                            Map.of(Unit.AUDIO_SECOND, 100_000_000L, Unit.CHARACTER, 15_000_000L),
                            new TreeMap<>(
                                    Map.of(
                                            "1024x1024/standard", 40_000_000_000L,
                                            "1024x1792/hd", 120_000_000_000L))));

    @Test
    void picturesAmongTheTokensCostTheirOwnRates() {
        Extras extras = new Extras(0, 300, 0, 1_056, 0, null, 0, 0);
        Usage usage = new Usage(350, 0, 0, 1_056, 0, false, extras, null);
        Charge charge = quote(PICTURES, extras, 400, 2_000, 1).charge(usage);
        assertThat(charge.lines())
                .containsExactly(
                        new Charge.Line("input tokens", 50, 5_000_000, 250_000_000),
                        new Charge.Line("image input tokens", 300, 10_000_000, 3_000_000_000L),
                        new Charge.Line("image output tokens", 1_056, 40_000_000, 42_240_000_000L));
        assertThat(charge.amount()).isEqualTo(Money.ofDollars("0.04549"));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # cached, written, nano-dollars of 100 tokens, 60 of them pictures
                    0,        0,       800000
                    40,       0,       650000
                    50,       0,       575000
                    100,      0,       200000
                    0,        100,     800000
                    """)
    void textCountsAsCachedBeforePictures(long cached, long written, long nanos) {
        Extras extras = new Extras(0, 60, 0, 0, 0, null, 0, 0);
        Usage usage = new Usage(100, cached, written, 0, 0, false, extras, null);
        assertThat(quote(PICTURES, extras, 100, 0, 1).charge(usage).amount())
                .isEqualTo(Money.ofNanos(nanos));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # images, variant, seconds, characters, dollars
                    2, 1024x1024/standard, 0,  0,    0.08
                    1, 1024x1792/hd,       0,  0,    0.12
                    0, ,                   61, 0,    0.0061
                    0, ,                   0,  1000, 0.015
                    """)
    void piecesCostTheirRates(
            long images, @Nullable String variant, long seconds, long characters, String dollars) {
        Extras extras = new Extras(0, 0, 0, 0, images, variant, seconds, characters);
        Quote quote = quote(PIECES, extras, 100, 0, 1);
        assertThat(quote.isCovered()).isTrue();
        assertThat(quote.ceiling()).isEqualTo(Money.ofDollars(dollars));
        assertThat(quote.charge(new Usage(7, 0, 0, 0, 0, false, extras, null)).amount())
                .isEqualTo(Money.ofDollars(dollars));
        assertThat(quote.fit(Money.ofDollars(dollars), 16)).contains(quote);
        assertThat(quote.fit(Money.ofDollars(dollars).minus(Money.ofNanos(1)), 16)).isEmpty();
    }

    @Test
    void whatHasNoRateIsNotCovered() {
        assertThat(quote(PIECES, Extras.ofImages(1, "512x512"), 1, 0, 1).isCovered()).isFalse();
        assertThat(quote(PIECES, Extras.ofImages(1, null), 1, 0, 1).isCovered()).isFalse();
        assertThat(quote(PICTURES, Extras.ofImages(1, "512x512"), 1, 0, 1).isCovered()).isFalse();
        assertThat(quote(PICTURES, Extras.ofSeconds(1), 1, 0, 1).isCovered()).isFalse();
        assertThat(quote(PICTURES, Extras.ofCharacters(1), 1, 0, 1).isCovered()).isFalse();
        UnitRates any = new UnitRates(Map.of(), new TreeMap<>(Map.of("*", 1L)));
        Price anyImage = price("default", new TokenRates(0, 0, 0, 0), 0, any);
        assertThat(quote(anyImage, Extras.ofImages(1, null), 1, 0, 1).isCovered()).isTrue();
        assertThat(quote(anyImage, Extras.ofImages(1, "512x512"), 1, 0, 1).isCovered()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # asked,              dollars
                    auto/auto,            0.12
                    auto/standard,        0.04
                    1024x1024/auto,       0.04
                    1024x1792/hd,         0.12
                    """)
    void whatTheUpstreamChoosesIsBoundedByTheDearest(String variant, String dollars) {
        Quote quote = quote(PIECES, Extras.ofImages(1, variant), 100, 0, 1);
        assertThat(quote.isCovered()).isTrue();
        assertThat(quote.ceiling()).isEqualTo(Money.ofDollars(dollars));
        assertThat(quote(PIECES, Extras.ofImages(1, "512x512/auto"), 1, 0, 1).isCovered())
                .isFalse();
    }

    @Test
    void aPictureThatNobodyPricedCostsWhatTheDearestDoes() {
        Quote quote = quote(PIECES, Extras.ofImages(1, "auto/auto"), 100, 0, 1);
        for (String made : new String[] {"2048x2048/ultra", "auto/auto"}) {
            Usage usage = Usage.of(Extras.ofImages(1, made));
            assertThat(quote.charge(usage).amount()).isEqualTo(Money.ofDollars("0.12"));
        }
    }

    @Test
    void whatMayBeCountedInTokensNeedsNoRateOfItsOwn() {
        Extras extras = new Extras(1, 0, 1, 1, 1, "1024x1024/auto", 1, 1);
        Quote quote = quote(PICTURES, extras, 1, 4_000, 1);
        assertThat(quote.isCovered()).isTrue();
        assertThat(quote.fit(quote.ceiling(), 16)).contains(quote);
        // No upstream takes a bound on pictures or sound: it is all of them or none.
        assertThat(quote.fit(quote.ceiling().minus(Money.ofNanos(1)), 16)).isEmpty();
        Price none = price("default", new TokenRates(1, 1, 1, 1), 0, 0, UnitRates.NONE);
        assertThat(quote(none, extras, 1, 0, 1).isCovered()).isFalse();
    }

    @Test
    void tokensWithoutARateOfTheirOwnArePlainTokens() {
        Price plain = price("default", new TokenRates(3, 1, 3, 5), 0, UnitRates.NONE);
        Extras extras = new Extras(40, 50, 5, 5, 0, null, 0, 0);
        Usage usage = new Usage(100, 10, 0, 10, 0, false, extras, null);
        assertThat(quote(plain, extras, 100, 10, 1).charge(usage).lines())
                .containsExactly(
                        new Charge.Line("input tokens", 90, 3, 270),
                        new Charge.Line("cached input tokens", 10, 1, 10),
                        new Charge.Line("output tokens", 10, 5, 50));
    }

    @Test
    void moreSoundThanInputIsNotCountedTwice() {
        Price sound =
                price(
                        "default",
                        new TokenRates(1, 1, 1, 1),
                        0,
                        new UnitRates(
                                Map.of(Unit.AUDIO_INPUT, 10L, Unit.IMAGE_INPUT, 4L),
                                new TreeMap<>()));
        Extras absurd = new Extras(Long.MAX_VALUE, 3, 0, 0, 0, null, 0, 0);
        Usage usage = new Usage(8, 0, 0, 0, 0, false, absurd, null);
        assertThat(quote(sound, absurd, 8, 0, 1).charge(usage).dollarsUnrounded())
                .isEqualByComparingTo(BigDecimal.valueOf(3 * 4 + 5 * 10, 12));
    }

    @Test
    void theServiceTierThatServedDecidesIfItsPriceIsPinned() {
        Price standard = price("default", new TokenRates(0, 0, 0, 1_000), 0, UnitRates.NONE);
        Price flex = price("flex", new TokenRates(0, 0, 0, 500), 0, UnitRates.NONE);
        Ask ask = new Ask("m", 0, OptionalLong.empty(), 1, Extras.NONE, "flex");
        Quote quote = new Quote(flex, standard, ask, 100);
        assertThat(quote.ceiling()).isEqualTo(Money.ofNanos(100));
        assertThat(charged(quote, "flex")).isEqualTo(Money.ofNanos(50));
        assertThat(charged(quote, "default")).isEqualTo(Money.ofNanos(100));
        assertThat(charged(quote, null)).isEqualTo(Money.ofNanos(50));
        assertThat(charged(quote, "priority")).isEqualTo(Money.ofNanos(50));
        assertThat(quote.fit(Money.ofNanos(60), 1).map(Quote::outputTokensMax)).contains(60L);
    }

    private static Money charged(Quote quote, @Nullable String tier) {
        return quote.charge(new Usage(0, 0, 0, 100, 0, false, Extras.NONE, tier)).amount();
    }

    @Test
    void absurdCountsAreChargedAtTheMost() {
        Extras absurd = new Extras(0, 0, 0, 0, Long.MAX_VALUE, "1024x1792/hd", Long.MAX_VALUE, 9);
        Usage usage = Usage.of(absurd);
        Quote quote = quote(PIECES, absurd, 0, 0, 1);
        assertThat(quote.isBounded()).isFalse();
        assertThat(quote.charge(usage).amount()).isEqualTo(Money.ofPicosRoundedUp(Long.MAX_VALUE));
    }

    @Test
    void anUpstreamsCostIsComputedFromItsOwnRates() {
        UpstreamRates own =
                new UpstreamRates(
                        new TokenRates(1_000, 500, 1_000, 2_000),
                        7_000,
                        new UnitRates(Map.of(Unit.AUDIO_SECOND, 9_000L), new TreeMap<>()),
                        List.of(new PriceTier(100, new TokenRates(2_000, 1_000, 2_000, 4_000))));
        Extras seconds = Extras.ofSeconds(3);
        assertThat(own.cost(new Usage(100, 50, 0, 10, 0, false, seconds, null)))
                .isEqualTo(Money.ofNanos(50 + 25 + 20 + 7 + 27));
        assertThat(own.cost(new Usage(101, 0, 0, 10, 0, false)))
                .isEqualTo(Money.ofNanos(202 + 40 + 7));
    }

    @Property
    void aChargeWithinTheBoundsIsNeverAboveTheCeiling(
            @ForAll("prices") Price price,
            @ForAll("prices") Price standard,
            @ForAll("bounds") Extras bounds,
            @ForAll @LongRange(max = 600_000) long input,
            @ForAll @LongRange(max = 50_000) long output,
            @ForAll @IntRange(min = 1, max = 4) int choices,
            @ForAll("shares") List<Integer> percent,
            @ForAll boolean servedAtDefault) {
        Quote quote =
                new Quote(
                        named(price, "flex"),
                        standard,
                        new Ask("m", input, OptionalLong.empty(), choices, bounds, "flex"),
                        output);
        Usage usage = within(quote, percent, servedAtDefault ? "default" : null);
        assertThat(quote.charge(usage).amount()).isLessThanOrEqualTo(quote.ceiling());
    }

    @Property
    void moreNeverCostsLess(
            @ForAll("prices") Price price,
            @ForAll("bounds") Extras used,
            @ForAll @LongRange(max = 50_000) long output,
            @ForAll @LongRange(max = 5) long more) {
        Quote quote = quote(price, used, 1_000, 50_000, 1);
        Extras larger =
                new Extras(
                        0,
                        0,
                        0,
                        0,
                        used.images() + more,
                        used.imageVariant(),
                        used.audioSeconds() + more,
                        used.characters() + more);
        Extras smaller =
                new Extras(
                        0,
                        0,
                        0,
                        0,
                        used.images(),
                        used.imageVariant(),
                        used.audioSeconds(),
                        used.characters());
        Money less = quote.charge(new Usage(9, 0, 0, output, 0, false, smaller, null)).amount();
        Money grown =
                quote.charge(new Usage(9, 0, 0, output + more, 0, false, larger, null)).amount();
        assertThat(less).isLessThanOrEqualTo(grown);
        assertThat(quote(price, smaller, 1_000, 10, 1).ceiling())
                .isLessThanOrEqualTo(quote(price, larger, 1_000 + more, 10 + more, 1).ceiling());
    }

    @Property
    void fitIsTheLargestThatTheMoneyCovers(
            @ForAll("prices") Price price,
            @ForAll("prices") Price standard,
            @ForAll("bounds") Extras bounds,
            @ForAll @LongRange(max = 100_000) long input,
            @ForAll @LongRange(max = 100_000) long output,
            @ForAll @IntRange(min = 1, max = 4) int choices,
            @ForAll @LongRange(max = 40_000_000_000L) long nanos) {
        Quote whole =
                new Quote(
                        named(price, "flex"),
                        standard,
                        new Ask("m", input, OptionalLong.empty(), choices, bounds, "flex"),
                        output);
        Money money = Money.ofNanos(nanos);
        Optional<Quote> fit = whole.fit(money, 0);
        if (fit.isPresent()) {
            long fits = fit.get().outputTokensMax();
            assertThat(fit.get().ceiling()).isLessThanOrEqualTo(money);
            if (fits < output) {
                assertThat(whole.withOutput(fits + 1).ceiling()).isGreaterThan(money);
            }
        } else {
            assertThat(whole.withOutput(whole.outputTokensLeast(0)).ceiling()).isGreaterThan(money);
        }
    }

    /** Some usage that the bounds of a quote allow. */
    private static Usage within(Quote quote, List<Integer> percent, @Nullable String tier) {
        Ask ask = quote.ask();
        Extras bounds = ask.extrasMax();
        long input =
                share(
                        Math.min(ask.inputTokensMax(), quote.price().contextTokensMax()),
                        percent.get(0));
        long output = share(quote.outputTokensMax() * ask.choices(), percent.get(1));
        long cached = share(input, percent.get(2));
        long written = share(input - cached, percent.get(3));
        Extras extras =
                new Extras(
                        share(bounds.audioInputTokens(), percent.get(4)),
                        share(bounds.imageInputTokens(), percent.get(5)),
                        share(bounds.audioOutputTokens(), percent.get(6)),
                        share(bounds.imageOutputTokens(), percent.get(7)),
                        share(bounds.images(), percent.get(8)),
                        bounds.imageVariant(),
                        share(bounds.audioSeconds(), percent.get(9)),
                        share(bounds.characters(), percent.get(0)));
        return new Usage(input, cached, written, output, 0, false, extras, tier);
    }

    private static long share(long whole, int percent) {
        return whole * percent / 100;
    }

    @Provide
    Arbitrary<List<Integer>> shares() {
        return Arbitraries.integers().between(0, 100).list().ofSize(10);
    }

    @Provide
    Arbitrary<Extras> bounds() {
        Arbitrary<Long> tokens = Arbitraries.longs().between(0, 300_000);
        Arbitrary<Long> pieces = Arbitraries.longs().between(0, 5);
        return Combinators.combine(tokens, tokens, tokens, tokens, pieces, pieces, pieces)
                .as(
                        (audioIn, imageIn, audioOut, imageOut, images, seconds, characters) ->
                                new Extras(
                                        audioIn,
                                        imageIn,
                                        audioOut,
                                        imageOut,
                                        images,
                                        images % 2 == 0 ? null : "a",
                                        seconds,
                                        characters));
    }

    @Provide
    Arbitrary<Price> prices() {
        Arbitrary<Long> picos = Arbitraries.longs().between(0, 200_000_000);
        Arbitrary<TokenRates> rates =
                Combinators.combine(picos, picos, picos, picos).as(TokenRates::new);
        Arbitrary<Map<Unit, Long>> units =
                Arbitraries.maps(Arbitraries.of(Unit.class), picos).ofMaxSize(8);
        Arbitrary<Map<String, Long>> images =
                Arbitraries.maps(Arbitraries.of("a", "*"), picos).ofMaxSize(2);
        return Combinators.combine(rates, picos, units, images)
                .as(
                        (each, perRequest, others, pictures) -> {
                            Map<Unit, Long> byUnit = new EnumMap<>(Unit.class);
                            byUnit.putAll(others);
                            SortedMap<String, Long> byVariant = new TreeMap<>(pictures);
                            return price(
                                    "default", each, perRequest, new UnitRates(byUnit, byVariant));
                        });
    }

    private static Quote quote(Price price, Extras bounds, long input, long output, int choices) {
        Ask ask = new Ask("m", input, OptionalLong.empty(), choices, bounds, price.serviceTier());
        return new Quote(price, ask, output);
    }

    private static Price named(Price price, String tier) {
        return price(tier, price.rates(), price.picosPerRequest(), price.units());
    }

    private static Price price(String tier, TokenRates rates, long perRequest, UnitRates units) {
        return price(tier, rates, perRequest, 200_000, units);
    }

    private static Price price(
            String tier, TokenRates rates, long perRequest, long outputMax, UnitRates units) {
        return new Price(
                42,
                "m",
                "Model",
                Instant.EPOCH,
                rates.inputPicosPerToken(),
                rates.cachedInputPicosPerToken(),
                rates.cacheWritePicosPerToken(),
                rates.outputPicosPerToken(),
                perRequest,
                500_000,
                outputMax,
                "test",
                List.of(),
                tier,
                units);
    }
}
