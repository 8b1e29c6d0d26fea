package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Streams that hold a window of their output: what small wallets can do with them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WindowsTest {

    /** Ten tokens and fifty bytes. */
    private static final String TEN_WORDS = " once upon a time there was a little red house";

    @AutoClose
    private final World world =
            new World(World.LIMITS, InstantSource.system(), WindowsTest::upstreams);

    private static Upstreams upstreams(URI fake) {
        Upstream.Manner open =
                new Upstream.Manner(
                        Upstream.Addressing.OPENAI,
                        null,
                        null,
                        UsageDialect.OPENAI_CHAT.name(),
                        true,
                        Upstream.Windows.ALWAYS);
        return new Upstreams(
                List.of(
                        new Upstream.Demonstration(
                                "demo", Set.of("scrip-demo", World.DEAR), OptionalInt.empty()),
                        new Upstream.OpenAiCompatible(
                                "fake",
                                new Upstream.Server(fake, null, open),
                                Map.of(World.MODEL, "gpt-4.1-nano"),
                                Map.of(),
                                World.ALWAYS_ASKED,
                                Upstream.Timeouts.DEFAULT)));
    }

    private static String ask(String model, String prompt, long outputTokens, String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"%s"}],"max_tokens":%d%s}"""
                .formatted(model, prompt, outputTokens, more);
    }

    private static final String STREAMED =
            ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";

    private static List<String> manyWords(int events) {
        List<String> pieces = new ArrayList<>();
        for (int event = 0; event < events; event++) {
            pieces.add(Streams.content(TEN_WORDS));
        }
        return pieces;
    }

    private static UpstreamScript script(List<String> pieces) {
        return UpstreamScript.stream(pieces.toArray(String[]::new));
    }

    private static JsonNode fromEnd(String body, int index) {
        List<String> data = Streams.data(body);
        return Streams.json(data.get(data.size() - index));
    }

    // ---- what is possible with a small wallet ----

    @Test
    void anAgentThatAsksForMuchMoreThanItsWalletIsAnswered() {
        World.Customer customer = world.customer("2.00");
        String prompt = "Write 300 words about rivers";

        HttpResponse<String> streamed =
                world.chat(customer, ask(World.DEAR, prompt, 64_000, STREAMED));
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.headers().firstValue("x-scrip-max-output-tokens")).isEmpty();
        assertThat(streamed.body()).contains("\"finish_reason\":\"stop\"").endsWith(Streams.DONE);
        assertThat(
                        fromEnd(streamed.body(), 2)
                                .path("x_scrip")
                                .path("ended_because")
                                .isMissingNode())
                .isTrue();

        HttpResponse<String> plain = world.chat(customer, ask(World.DEAR, prompt, 64_000, ""));
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("x-scrip-max-output-tokens")).isPresent();
        assertThat(plain.body()).contains("\"finish_reason\":\"stop\"");
        world.nothingHeld(customer);
    }

    @Test
    void manyStreamsShareAWalletThatOneOfThemCouldTakeWhole() {
        World.Customer customer = world.customer("4.00");
        List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
        for (int stream = 0; stream < 50; stream++) {
            streams.add(
                    world.chatLater(
                            customer,
                            ask(World.DEAR, "Write 300 words, " + stream, 64_000, STREAMED)));
        }
        for (CompletableFuture<HttpResponse<String>> each : streams) {
            HttpResponse<String> answer = World.join(each);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"finish_reason\":\"stop\"").endsWith(Streams.DONE);
        }
        world.nothingHeld(customer);
        Money sum = Money.ZERO;
        for (UsageRecord record : world.records(customer)) {
            sum = sum.plus(record.amount());
            assertThat(record.overrun()).isEqualTo(Money.ZERO);
        }
        assertThat(world.records(customer)).hasSize(50);
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("4.00").minus(sum));
    }

    // ---- the end of the money ----

    @Test
    void aStreamThatTheWalletDoesNotCoverEndsCleanly() {
        World.Customer customer = world.customer("0.001"); // 2,500 tokens of output
        world.upstream.clear();
        world.upstream.behave(script(manyWords(700)).paced(Duration.ofMillis(1)));

        HttpResponse<String> answer =
                world.chat(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith(Streams.DONE);
        JsonNode last = fromEnd(answer.body(), 3);
        assertThat(last.path("choices").path(0).path("finish_reason").asText()).isEqualTo("length");
        assertThat(last.path("x_scrip").path("ended_because").asText()).isEqualTo("credit");
        JsonNode usage = fromEnd(answer.body(), 2);
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo("funds_ended");
        assertThat(record.overrun()).isEqualTo(Money.ZERO);
        assertThat(record.outputTokens())
                .as("what was relayed")
                .isEqualTo(words(answer.body()) / 10 * 10)
                .isBetween(2_000L, 2_500L)
                .isEqualTo(usage.path("usage").path("completion_tokens").asLong());
        assertThat(usage.path("usage").path("cost").decimalValue())
                .isEqualByComparingTo(record.amount().exact());
        assertThat(usage.path("x_scrip").path("ended_because").asText()).isEqualTo("credit");
        World.await(
                () -> world.upstream.arrivals().getLast().effect() == FakeUpstream.Effect.HUNG_UP);
        world.nothingHeld(customer);
        assertThat(world.credit(customer))
                .isEqualTo(Money.ofDollars("0.001").minus(record.amount()));
    }

    private static long words(String body) {
        return Streams.written(body).strip().split(" ").length;
    }

    @Test
    void whatTheUpstreamCountsWithEachEventIsWhatItCosts() {
        World.Customer customer = world.customer("0.001");
        List<String> pieces = new ArrayList<>();
        for (int event = 1; event <= 400; event++) {
            pieces.add(withUsage(Streams.content(TEN_WORDS), 7, 20L * event));
        }
        world.upstream.behave(script(pieces).paced(Duration.ofMillis(1)));

        HttpResponse<String> answer =
                world.chat(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));

        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo("funds_ended");
        assertThat(record.estimated()).isFalse();
        assertThat(record.inputTokens()).isEqualTo(7);
        assertThat(record.outputTokens())
                .isEqualTo(words(answer.body()) / 10 * 20)
                .isBetween(2_400L, 2_500L);
    }

    private static String withUsage(String event, long input, long output) {
        return event.replace(
                "\"usage\":null", "\"usage\":" + Streams.usageObject(input, 0, output));
    }

    @Test
    void aLimitThatIsReachedIsNamed() {
        World.Customer customer = world.customer("5.00");
        var _ =
                world.ledger.setBudget(
                        customer.organizationId(),
                        Subject.organization(),
                        BudgetPeriod.MONTH,
                        LimitKind.HARD,
                        Money.ofDollars("0.0005"));
        world.charging.changed(customer.organizationId());
        world.upstream.behave(script(manyWords(700)));

        HttpResponse<String> answer =
                world.chat(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));

        assertThat(fromEnd(answer.body(), 2).path("x_scrip").path("ended_because").asText())
                .isEqualTo("limit");
        HttpResponse<String> next =
                world.chat(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));
        if (next.statusCode() == 429) {
            JsonNode error = Streams.json(next.body()).path("error");
            assertThat(List.of("required", "available", "held", "resets_at", "top_up_url"))
                    .allMatch(error::has);
        }
    }

    @Test
    void aResponseIsIncomplete() {
        World.Customer customer = world.customer("0.10");
        String body =
                """
                {"model":"dear","input":"Write 3000 words about rivers","stream":true,
                "usage":{"include":true}}""";
        HttpResponse<String> answer = world.post(customer, "/responses", body);

        JsonNode last = fromEnd(answer.body().replaceAll("event: [a-z._]+\n", ""), 1);
        assertThat(last.path("type").asText()).isEqualTo("response.incomplete");
        JsonNode response = last.path("response");
        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.path("incomplete_details").path("reason").asText())
                .isEqualTo("max_output_tokens");
        assertThat(response.path("x_scrip").path("ended_because").asText()).isEqualTo("credit");
        UsageRecord record = world.record(customer);
        assertThat(response.path("usage").path("output_tokens").asLong())
                .isEqualTo(record.outputTokens());
        assertThat(record.amount().compareTo(Money.ofDollars("0.10"))).isLessThanOrEqualTo(0);
        StringBuilder deltas = new StringBuilder();
        for (String data : Streams.data(answer.body().replaceAll("event: [a-z._]+\n", ""))) {
            JsonNode event = Streams.json(data);
            if (event.path("type").asText().equals("response.output_text.delta")) {
                deltas.append(event.path("delta").asText());
            }
        }
        assertThat(response.path("output").path(0).path("content").path(0).path("text").asText())
                .isEqualTo(deltas.toString());
        world.nothingHeld(customer);
    }

    // ---- other ways ----

    @Test
    void creditThatComesMeanwhileLetsAStreamGoOn() throws Exception {
        World.Customer customer = world.customer("0.0008");
        List<String> pieces = manyWords(300);
        pieces.add(Streams.finish());
        pieces.add(Streams.usage(5, 0, 3_000));
        pieces.add(Streams.DONE);
        world.upstream.behave(script(pieces).paced(Duration.ofMillis(10)));

        HttpResponse<InputStream> head =
                world.open(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));
        world.grant(customer, "1.00");

        String body = new String(head.body().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(body).contains("\"finish_reason\":\"stop\"").endsWith(Streams.DONE);
        assertThat(world.record(customer).outputTokens()).isEqualTo(3_000);
    }

    @Test
    void whoLeavesPaysForWhatWasWrittenWithinTheBoundsOfTheDrain() throws Exception {
        World.Customer customer = world.customer("0.001");
        world.upstream.behave(script(manyWords(700)).paced(Duration.ofMillis(2)));
        HttpResponse<InputStream> head =
                world.open(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));
        assertThat(head.body().readNBytes(2_000)).hasSize(2_000);
        head.body().close();

        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo("client_gone");
        assertThat(record.amount()).isGreaterThan(Money.ZERO);
        assertThat(record.overrun()).isEqualTo(Money.ZERO);
        world.nothingHeld(customer);
    }

    @Test
    void theUsageToldAtTheEndIsCoveredThoughItIsMoreThanWasSeen() {
        World.Customer customer = world.customer("1.00");
        world.upstream.behave(
                UpstreamScript.stream(
                        Streams.content("Well."),
                        Streams.finish(),
                        Streams.usage(5, 0, 4_000),
                        Streams.DONE));
        HttpResponse<String> answer =
                world.chat(customer, ask(World.MODEL, "Hello!", 8_000, STREAMED));
        assertThat(answer.body()).endsWith(Streams.DONE);
        UsageRecord record = world.record(customer);
        assertThat(record.overrun()).isEqualTo(Money.ZERO);
        assertThat(record.amount()).isEqualTo(World.cost(5, 0, 4_000));
    }
}
