package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.Database;
import dev.scrip.testing.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PriceBookTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private static Database database;
    private PriceBook book;

    @BeforeAll
    static void openDatabase() {
        database = TestPostgres.database();
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void openBook() {
        database.owner(tx -> tx.execute("TRUNCATE price, price_tier, price_unit"));
        book = new PriceBook(database, CLOCK);
    }

    @AfterEach
    void closeBook() {
        book.close();
    }

    @Test
    void theLatestPriceThatHasBegunIsInForce() {
        Instant first = NOW.minusSeconds(100);
        Instant second = NOW.plusSeconds(100);
        Price early = added(price("m", Optional.of(first), 1_000));
        Price late = added(price("m", Optional.of(second), 2_000));

        assertThat(book.price("m", first.minusNanos(1))).isEmpty();
        assertThat(book.price("m", first)).contains(early);
        assertThat(book.price("m", second.minusNanos(1))).contains(early);
        assertThat(book.price("m", second)).contains(late);
        assertThat(book.history("m")).containsExactly(late, early);
        assertThat(book.inForce(NOW)).containsExactly(early);
        assertThat(book.version(early.priceId())).contains(early);
        assertThat(book.version(1)).isEmpty();
    }

    @Test
    void aQuoteKeepsItsPrice() {
        added(price("m", Optional.of(NOW.minusSeconds(1)), 1_000_000));
        Quote before = quoted(ask("m", 1_000, OptionalLong.empty()), NOW);
        added(price("m", Optional.empty(), 2_000_000));

        Usage usage = new Usage(1_000, 0, 0, 0, false);
        assertThat(before.charge(usage).amount()).isEqualTo(Money.ofDollars("0.001"));
        assertThat(quoted(before.ask(), NOW).charge(usage).amount())
                .isEqualTo(Money.ofDollars("0.002"));
    }

    @Test
    void whatHasNoPriceIsNotQuoted() {
        added(price("later", Optional.of(NOW.plusSeconds(1)), 1));
        assertThat(book.quote(ask("never", 1, OptionalLong.empty()), NOW))
                .isEqualTo(new QuoteOutcome.Unpriced("never"));
        assertThat(book.quote(ask("later", 1, OptionalLong.empty()), NOW))
                .isEqualTo(new QuoteOutcome.Unpriced("later"));
        added(price("Name", Optional.empty(), 1));
        assertThat(book.quote(ask("name", 1, OptionalLong.empty()), NOW))
                .isEqualTo(new QuoteOutcome.Unpriced("name"));
    }

    @Test
    void theBoundOnOutputIsWhatWasAskedForElseTheModels() {
        added(price("m", Optional.empty(), 1_000));
        assertThat(quoted(ask("m", 10, OptionalLong.empty()), NOW).outputTokensMax())
                .isEqualTo(4_096);
        assertThat(quoted(ask("m", 10, OptionalLong.of(7)), NOW).outputTokensMax()).isEqualTo(7);
        assertThat(quoted(ask("m", 10, OptionalLong.of(4_096)), NOW).outputTokensMax())
                .isEqualTo(4_096);
        assertThat(book.quote(ask("m", 10, OptionalLong.of(4_097)), NOW))
                .isEqualTo(new QuoteOutcome.TooLong("m", 4_097, 4_096));
    }

    @Test
    void absurdBoundsAreRefusedAndNotThrown() {
        added(price("m", Optional.empty(), PriceRules.PICOS_MAX));
        assertThat(book.quote(ask("m", Long.MAX_VALUE, OptionalLong.of(Long.MAX_VALUE)), NOW))
                .isInstanceOf(QuoteOutcome.TooLong.class);
        assertThat(
                        book.quote(
                                new Ask(
                                        "m",
                                        Long.MAX_VALUE,
                                        OptionalLong.empty(),
                                        Integer.MAX_VALUE),
                                NOW))
                .isInstanceOf(QuoteOutcome.TooLong.class);
    }

    @Test
    void aPriceNeverReachesBack() {
        Instant past = NOW.minusSeconds(3_600);
        added(price("m", Optional.of(past), 1_000));
        assertThat(book.add(price("m", Optional.of(NOW.minusNanos(1_000)), 2_000)))
                .isEqualTo(new AddOutcome.Retroactive(NOW.minusNanos(1_000), NOW));
        Price second = added(price("m", Optional.empty(), 2_000));
        assertThat(second.effectiveFrom()).isEqualTo(NOW);
        assertThat(book.add(price("m", Optional.of(NOW), 3_000)))
                .isEqualTo(new AddOutcome.DateTaken(second));
        assertThat(book.history("m")).hasSize(2);
    }

    @Test
    void aWrongPriceIsExplained() {
        NewPrice wrong =
                new NewPrice(
                        " ",
                        "Model",
                        Optional.empty(),
                        new TokenRates(PriceRules.PICOS_MAX + 1, 0, 0, 0),
                        -1,
                        100,
                        101,
                        "operator",
                        List.of());
        assertThat(book.add(wrong))
                .isEqualTo(
                        new AddOutcome.Invalid(
                                List.of(
                                        "The model's name must have 1 to 200 characters on one"
                                                + " line.",
                                        "A price must be at most 1,000,000 dollars per million"
                                                + " tokens.",
                                        "The price per request must be between 0 and 1 dollar.",
                                        "The longest answer must be between 0 tokens and the"
                                                + " context.")));
    }

    @Test
    void survivesARestartWithItsTiers() {
        NewPrice tiered =
                new NewPrice(
                        "tiered",
                        "Tiered",
                        Optional.of(NOW.plusNanos(1_999)),
                        new TokenRates(1, 2, 3, 4),
                        5,
                        1_000,
                        100,
                        "test",
                        List.of(
                                new PriceTier(10, new TokenRates(5, 6, 7, 8)),
                                new PriceTier(20, new TokenRates(9, 10, 11, 12))));
        Price price = added(tiered);
        try (PriceBook restarted = new PriceBook(database, CLOCK)) {
            assertThat(restarted.history("tiered")).containsExactly(price);
            assertThat(price.effectiveFrom()).isEqualTo(NOW.plusNanos(1_000));
        }
    }

    @Test
    void seesWhatAnotherProcessAdds() throws InterruptedException {
        try (PriceBook other = new PriceBook(database, CLOCK)) {
            assertThat(other.add(price("m", Optional.empty(), 1)))
                    .isInstanceOf(AddOutcome.Added.class);
        }
        Instant givenUp = Instant.now().plus(PriceBook.POLL.multipliedBy(10));
        while (book.price("m", NOW).isEmpty() && Instant.now().isBefore(givenUp)) {
            Thread.sleep(Duration.ofMillis(50));
        }
        assertThat(book.price("m", NOW)).isPresent();
    }

    @Test
    void theShippedPricesAreSoundAndComplete() {
        List<NewPrice> shipped = SeedPrices.read();
        assertThat(shipped).allSatisfy(price -> assertThat(PriceRules.problems(price)).isEmpty());
        assertThat(shipped.stream().map(NewPrice::model).distinct()).hasSizeGreaterThan(40);

        book.seed();
        assertThat(book.inForce(NOW)).hasSizeGreaterThan(40);
        Price demo = book.price("scrip-demo", NOW).orElseThrow();
        assertThat(demo.rates()).isEqualTo(new TokenRates(150_000, 75_000, 150_000, 600_000));
        assertThat(demo.displayName()).isEqualTo("Demonstration model");
        assertThat(demo.contextTokensMax()).isEqualTo(128_000);
        assertThat(demo.outputTokensMax()).isEqualTo(4_096);
        Price large = book.price("scrip-demo-large", NOW).orElseThrow();
        assertThat(large.rates())
                .isEqualTo(new TokenRates(2_500_000, 1_250_000, 2_500_000, 10_000_000));
        assertThat(book.price("gpt-4o", NOW).orElseThrow().source())
                .isEqualTo("pydantic/genai-prices, provider openai, snapshot of 2026");
        assertThat(book.history("o3"))
                .extracting(Price::inputPicosPerToken)
                .containsExactly(2_000_000L, 10_000_000L, 1_000_000L, 3_500_000L);
    }

    @Test
    void theShippedPricesCoverEveryUnit() {
        book.seed();
        assertThat(of("gpt-image-1").units().of(Unit.IMAGE_OUTPUT)).hasValue(40_000_000);
        assertThat(of("dall-e-3").units().ofImage("1024x1792/hd")).hasValue(120_000_000_000L);
        assertThat(of("dall-e-3").units().ofImage("512x512/hd")).isEmpty();
        assertThat(of("whisper-1").units().of(Unit.AUDIO_SECOND)).hasValue(100_000_000);
        assertThat(of("tts-1").units().of(Unit.CHARACTER)).hasValue(15_000_000);
        assertThat(of("gpt-audio").units().of(Unit.AUDIO_OUTPUT)).hasValue(64_000_000);
        Quote embedding = quoted(ask("scrip-demo-embedding", 1_000_000, OptionalLong.empty()), NOW);
        assertThat(embedding.outputTokensMax()).isZero();
        assertThat(embedding.ceiling()).isEqualTo(Money.ofDollars("0.006"));
        Quote free = quoted(ask("omni-moderation-latest", 500, OptionalLong.empty()), NOW);
        assertThat(free.ceiling()).isEqualTo(Money.ZERO);
        assertThat(free.charge(new Usage(500, 0, 0, 0, false)).amount()).isEqualTo(Money.ZERO);
    }

    private Price of(String model) {
        return book.price(model, NOW).orElseThrow();
    }

    @Test
    void aServiceTierHasPricesOfItsOwn() {
        book.seed();
        Quote flex = quoted(tierAsk("gpt-5", "flex"), NOW);
        assertThat(flex.price().outputPicosPerToken()).isEqualTo(5_000_000);
        assertThat(flex.standard()).isEqualTo(of("gpt-5"));
        assertThat(flex.ceiling()).isEqualTo(quoted(tierAsk("gpt-5", "auto"), NOW).ceiling());
        assertThat(book.quote(tierAsk("gpt-5-nano", "priority"), NOW))
                .isEqualTo(new QuoteOutcome.TierUnpriced("gpt-5-nano", "priority"));
        assertThat(book.quote(tierAsk("nobody", "priority"), NOW))
                .isEqualTo(new QuoteOutcome.Unpriced("nobody"));
        assertThat(book.history("gpt-5"))
                .extracting(Price::serviceTier)
                .containsExactly("default", "flex", "priority");
        assertThat(book.inForce(NOW)).allMatch(Price::isOfDefaultTier);
        assertThat(book.tiersInForce(NOW)).hasSizeGreaterThan(10).noneMatch(Price::isOfDefaultTier);
        Usage served = new Usage(0, 0, 0, 1_000_000, 0, false, Extras.NONE, "flex");
        assertThat(book.charge("gpt-5", served, NOW).map(Charge::amount))
                .contains(Money.ofDollars("5"));
        assertThat(book.charge("gpt-5-nano", served, NOW).map(Charge::amount))
                .contains(Money.ofDollars("0.2"));
        Usage picture = Usage.of(Extras.ofImages(1, null));
        assertThat(book.charge("gpt-5", picture, NOW)).isEmpty();
    }

    private static Ask tierAsk(String model, String tier) {
        return new Ask(model, 10, OptionalLong.of(100), 1, Extras.NONE, tier);
    }

    @Test
    void unitsSurviveARestart() {
        UnitRates units =
                new UnitRates(
                        Map.of(Unit.AUDIO_SECOND, 1L, Unit.CACHED_IMAGE_INPUT, 0L),
                        new TreeMap<>(Map.of("*", 2L, "a/b", 3L)));
        Price price =
                added(
                        new NewPrice(
                                "m",
                                "M",
                                Optional.empty(),
                                new TokenRates(0, 0, 0, 0),
                                0,
                                1,
                                0,
                                "test",
                                List.of(),
                                "flex",
                                units));
        try (PriceBook restarted = new PriceBook(database, CLOCK)) {
            assertThat(restarted.price("m", "flex", NOW)).contains(price);
            assertThat(restarted.price("m", NOW)).isEmpty();
            assertThat(restarted.version(price.priceId())).contains(price);
        }
    }

    @Test
    void seedingLeavesTheOperatorsPricesAlone() {
        Price own = added(price("gpt-4o", Optional.empty(), 7));
        book.seed();
        book.seed();
        assertThat(book.history("gpt-4o")).containsExactly(own);
        assertThat(book.history("gpt-4o-mini")).hasSize(2);
    }

    private Price added(NewPrice price) {
        AddOutcome outcome = book.add(price);
        assertThat(outcome).isInstanceOf(AddOutcome.Added.class);
        return ((AddOutcome.Added) outcome).price();
    }

    private Quote quoted(Ask ask, Instant at) {
        QuoteOutcome outcome = book.quote(ask, at);
        assertThat(outcome).isInstanceOf(QuoteOutcome.Quoted.class);
        return ((QuoteOutcome.Quoted) outcome).quote();
    }

    private static Ask ask(String model, long input, OptionalLong output) {
        return new Ask(model, input, output, 1);
    }

    private static NewPrice price(String model, Optional<Instant> from, long picos) {
        return new NewPrice(
                model,
                "Model",
                from,
                new TokenRates(picos, picos, picos, picos),
                0,
                128_000,
                4_096,
                "operator",
                List.of());
    }
}
