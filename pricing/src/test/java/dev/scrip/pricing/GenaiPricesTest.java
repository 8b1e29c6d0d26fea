package dev.scrip.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.Database;
import dev.scrip.testing.SharedData;
import dev.scrip.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenaiPricesTest {

    private static final String REAL = "prices/genai-prices.json";

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant LONG_AGO = Instant.parse("2025-01-01T00:00:00Z");

    private static Database database;
    private PriceBook book;
    @TempDir Path folder;

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
        book = new PriceBook(database, InstantSource.fixed(NOW));
    }

    @AfterEach
    void closeBook() {
        book.close();
    }

    @Test
    void importsARealCatalogueAndOnlyOnce() {
        Path real = SharedData.require(REAL);
        ImportReport first = book.importGenaiPrices(real, LONG_AGO);
        assertThat(first.added()).isEqualTo(601);
        assertThat(first.unchanged()).isZero();
        assertThat(first.skipped()).hasSize(24);
        assertThat(book.inForce(NOW)).hasSize(596);

        assertRates("gpt-4o", 2_500_000, 1_250_000, 2_500_000, 10_000_000);
        assertRates("gpt-4o-mini-2024-07-18", 150_000, 75_000, 150_000, 600_000);
        assertRates("o3", 2_000_000, 500_000, 2_000_000, 8_000_000);
        assertRates("claude-sonnet-5", 3_000_000, 300_000, 3_750_000, 15_000_000);
        assertRates("deepseek-v4-pro", 435_000, 3_625, 435_000, 870_000);
        assertThat(book.price("sonar-pro", NOW).orElseThrow().picosPerRequest())
                .isEqualTo(14_000_000_000L);
        Price tiered = book.price("gemini-2.5-pro", NOW).orElseThrow();
        assertThat(tiered.tiers())
                .containsExactly(
                        new PriceTier(
                                200_000,
                                new TokenRates(2_500_000, 250_000, 2_500_000, 15_000_000)));
        assertThat(book.price("gpt-5.6-luna", NOW).orElseThrow().tiers())
                .containsExactly(
                        new PriceTier(
                                272_000, new TokenRates(2_000_000, 200_000, 2_500_000, 9_000_000)));
        assertRates("text-embedding-3-small", 20_000, 20_000, 20_000, 0);
        Price embedding = book.price("text-embedding-3-small", NOW).orElseThrow();
        assertThat(embedding.outputTokensMax()).isZero();
        assertThat(embedding.contextTokensMax()).isEqualTo(2_000_000);
        assertThat(book.price("gemini-2.5-flash", NOW).orElseThrow().units().picos())
                .isEqualTo(Map.of(Unit.AUDIO_INPUT, 1_000_000L, Unit.CACHED_AUDIO_INPUT, 100_000L));
        assertThat(book.price("gpt-realtime", NOW).orElseThrow().units().picos())
                .containsEntry(Unit.AUDIO_OUTPUT, 64_000_000L);
        assertThat(first.skipped())
                .contains(
                        "deepseek/deepseek-chat: its price depends on the time of day",
                        "openai/moderation: has no price",
                        "openai/gpt-image-2: has no price for input, or for output",
                        "google/claude-opus-5: taken from anthropic");
        assertThat(first.notes())
                .contains(
                        "openai/gpt-4o: longest answer not given, assumed 16,384 tokens",
                        "openai/o3: longest answer not given, assumed 16,384 tokens; context not"
                                + " given, assumed 2,000,000");

        ImportReport second = book.importGenaiPrices(real, LONG_AGO);
        assertThat(second.added()).isZero();
        assertThat(second.unchanged()).isEqualTo(596);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    2025-06-09T23:59:59Z, 10000000
                    2025-06-10T00:00:00Z, 2000000
                    """)
    void datesOfACatalogueAreKept(Instant at, long inputPicos) {
        Path real = SharedData.require(REAL);
        book.importGenaiPrices(real, LONG_AGO, List.of("openai"));
        assertThat(book.price("o3", at).orElseThrow().inputPicosPerToken()).isEqualTo(inputPicos);
    }

    @Test
    void agreesWithTheShippedPrices() {
        Path real = SharedData.require(REAL);
        book.seed();
        List<Price> shipped =
                book.inForce(NOW).stream()
                        .filter(price -> price.source().startsWith("pydantic/genai-prices"))
                        .toList();
        assertThat(shipped).hasSizeGreaterThan(50);
        ImportReport report = book.importGenaiPrices(real, NOW);
        assertThat(report.unchanged()).isGreaterThanOrEqualTo(shipped.size());
        assertThat(book.inForce(NOW)).containsAll(shipped);
    }

    @Test
    void whatACatalogueHasNoWordForIsKept() throws IOException {
        UnitRates own =
                new UnitRates(
                        Map.of(Unit.IMAGE_INPUT, 9L, Unit.AUDIO_INPUT, 8L),
                        new TreeMap<>(Map.of("*", 7L)));
        book.add(
                new NewPrice(
                        "m",
                        "M",
                        Optional.of(LONG_AGO),
                        new TokenRates(1, 1, 1, 1),
                        0,
                        5_000,
                        900,
                        "operator",
                        List.of(),
                        Ask.DEFAULT_TIER,
                        own));
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [{"id": "m", "prices": {
                            "input_mtok": 1, "output_mtok": 2, "input_audio_mtok": 3}}]}]
                        """);
        book.importGenaiPrices(file, NOW, List.of("a"));
        UnitRates now = book.price("m", NOW).orElseThrow().units();
        assertThat(now.imagePicos()).containsExactly(Map.entry("*", 7L));
        assertThat(now.picos())
                .isEqualTo(Map.of(Unit.IMAGE_INPUT, 9L, Unit.AUDIO_INPUT, 3_000_000L));
    }

    @Test
    void wholeProvidersCanBeChosen() {
        Path real = SharedData.require(REAL);
        ImportReport report = book.importGenaiPrices(real, NOW, List.of("openrouter"));
        assertThat(report.added()).isGreaterThan(400);
        assertThat(book.price("anthropic/claude-sonnet-5", NOW)).isPresent();
        assertThat(report.skipped())
                .contains(
                        "openrouter/google/gemini-2.5-flash-image: its price per token is no whole"
                                + " number of pico-dollars: 0.08333333333333334");
    }

    @Test
    void theFirstProviderThatCanBePricedWins() throws IOException {
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [
                            {"id": "both", "prices": {"input_mtok": 1, "output_mtok": 2}},
                            {"id": "odd", "prices": {"input_mtok": 1, "output_mtok": 2,
                                "input_video_mtok": 3}}]},
                         {"id": "b", "models": [
                            {"id": "both", "prices": {"input_mtok": 7, "output_mtok": 2}},
                            {"id": "odd", "prices": {"input_mtok": 7, "output_mtok": 2}}]}]
                        """);
        book.importGenaiPrices(file, NOW, List.of("b", "a"));
        assertThat(inputPicos("both")).isEqualTo(7_000_000);
        database.owner(tx -> tx.execute("TRUNCATE price, price_tier, price_unit"));
        ImportReport report = book.importGenaiPrices(file, NOW, List.of("a", "b"));
        assertThat(inputPicos("both")).isEqualTo(1_000_000);
        assertThat(inputPicos("odd")).isEqualTo(7_000_000);
        assertThat(report.skipped())
                .containsExactly(
                        "a/odd: charges for what is not counted: [input_video_mtok]",
                        "b/both: taken from a");
    }

    @Test
    void namesGivenWordForWordArePricedAlikeAndPartsAreNot() throws IOException {
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [
                            {"id": "m", "match": {"or": [{"equals": "m"}, {"equals": "m-2026"},
                                {"equals": "other"}, {"starts_with": "m-"}]},
                             "prices": {"input_mtok": 1, "output_mtok": 2}},
                            {"id": "other", "prices": {"input_mtok": 5, "output_mtok": 2}}]}]
                        """);
        book.importGenaiPrices(file, NOW, List.of("a"));
        assertThat(book.inForce(NOW))
                .extracting(Price::model)
                .containsExactly("m", "m-2026", "other");
        assertThat(inputPicos("m-2026")).isEqualTo(1_000_000);
        assertThat(inputPicos("other")).isEqualTo(5_000_000);
    }

    @Test
    void whatIsNotExactIsLeftOut() throws IOException {
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [
                            {"id": "exact", "prices": {"input_mtok": 0.000001, "output_mtok": 0}},
                            {"id": "fine", "prices": {"input_mtok": 0.0000001, "output_mtok": 1}},
                            {"id": "free", "prices": {"input_mtok": 0, "output_mtok": 0}},
                            {"id": "huge", "prices": {"input_mtok": 1000001, "output_mtok": 1}},
                            {"id": "minus", "prices": {"input_mtok": -1, "output_mtok": 1}},
                            {"id": "text", "prices": {"input_mtok": "1", "output_mtok": 1}}]}]
                        """);
        ImportReport report = book.importGenaiPrices(file, NOW, List.of("a"));
        assertThat(report.added()).isEqualTo(1);
        assertThat(inputPicos("exact")).isEqualTo(1);
        assertThat(report.skipped())
                .containsExactly(
                        "a/huge: A price must be at most 1,000,000 dollars per million tokens.",
                        "a/fine: its price per token is no whole number of pico-dollars: 1E-7",
                        "a/free: costs nothing there",
                        "a/minus: its price per token is no amount",
                        "a/text: its price per token is no amount");
    }

    @Test
    void aTierKeepsWhatItDoesNotSay() throws IOException {
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [{"id": "m", "prices": {
                            "input_mtok": {"base": 1, "tiers": [
                                {"start": 100, "price": 2}, {"start": 300, "price": 3}]},
                            "output_mtok": {"base": 4, "tiers": [{"start": 200, "price": 5}]},
                            "cache_read_mtok": 0.5}}]}]
                        """);
        book.importGenaiPrices(file, NOW, List.of("a"));
        Price price = book.price("m", NOW).orElseThrow();
        assertThat(price.tiers())
                .containsExactly(
                        new PriceTier(
                                100, new TokenRates(2_000_000, 500_000, 2_000_000, 4_000_000)),
                        new PriceTier(
                                200, new TokenRates(2_000_000, 500_000, 2_000_000, 5_000_000)),
                        new PriceTier(
                                300, new TokenRates(3_000_000, 500_000, 3_000_000, 5_000_000)));
    }

    @Test
    void aChangeCountsFromNowAndKeepsTheBounds() throws IOException {
        book.add(
                new NewPrice(
                        "m",
                        "M",
                        Optional.of(LONG_AGO),
                        new TokenRates(1, 1, 1, 1),
                        0,
                        5_000,
                        900,
                        "operator",
                        List.of()));
        Path file =
                catalogue(
                        """
                        [{"id": "a", "models": [
                            {"id": "m", "context_window": 4000,
                             "prices": {"input_mtok": 1, "output_mtok": 2}}]}]
                        """);
        ImportReport report = book.importGenaiPrices(file, LONG_AGO, List.of("a"));
        assertThat(report.added()).isEqualTo(1);
        assertThat(report.notes()).isEmpty();
        assertThat(book.price("m", NOW.minusNanos(1)).orElseThrow().inputPicosPerToken())
                .isEqualTo(1);
        Price changed = book.price("m", NOW).orElseThrow();
        assertThat(changed.effectiveFrom()).isEqualTo(NOW);
        assertThat(changed.inputPicosPerToken()).isEqualTo(1_000_000);
        assertThat(changed.contextTokensMax()).isEqualTo(5_000);
        assertThat(changed.outputTokensMax()).isEqualTo(900);
        assertThat(changed.source())
                .isEqualTo("pydantic/genai-prices, provider a, imported 2026-11-22");
        assertThat(book.importGenaiPrices(file, LONG_AGO, List.of("a")).added()).isZero();
    }

    @Test
    void anotherFileIsRefusedWhole() throws IOException {
        Path noList = catalogue("{}");
        assertThatThrownBy(() -> book.importGenaiPrices(noList, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no list of providers");
        Path empty = catalogue("[]");
        assertThatThrownBy(() -> book.importGenaiPrices(empty, NOW, List.of("a")))
                .hasMessageContaining("has no provider \"a\"");
        assertThat(book.inForce(NOW)).isEmpty();
    }

    private Path catalogue(String json) throws IOException {
        return Files.writeString(folder.resolve("catalogue.json"), json);
    }

    private long inputPicos(String model) {
        return book.price(model, NOW).orElseThrow().inputPicosPerToken();
    }

    private void assertRates(String model, long input, long cached, long written, long output) {
        assertThat(book.price(model, NOW).orElseThrow().rates())
                .isEqualTo(new TokenRates(input, cached, written, output));
    }
}
