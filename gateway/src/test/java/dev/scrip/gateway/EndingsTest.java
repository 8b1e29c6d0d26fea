package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rows of the settlement matrix, lived through with chats: what the client sees, what it pays.
 * What is the same for every endpoint: {@link EveryEndingTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndingsTest {

    private static final String FIVE_WORDS = "one two three four five";
    private static final long FIVE_WORDS_TOKENS = 5;

    @AutoClose private final World world = new World();

    private static String plain(String model) {
        return ask(model, "");
    }

    private static String streamed(String model) {
        return ask(model, ",\"stream\":true");
    }

    private static String ask(String model, String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_tokens":1000%s}"""
                .formatted(model, more);
    }

    private static String completion(String usage) {
        return """
        {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}]%s}"""
                .formatted(FIVE_WORDS, usage);
    }

    private void costsNothing(World.Customer customer) {
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    private void costsUsage(World.Customer customer, long input, long output, String ending) {
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo(ending);
        assertThat(record.estimated()).isFalse();
        assertThat(record.amount()).isEqualTo(World.cost(input, 0, output));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
    }

    /** The input is "user" and "Hello!", with six around them. */
    private void costsCount(World.Customer customer, long output, String ending) {
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo(ending);
        assertThat(record.estimated()).isTrue();
        assertThat(record.inputTokens()).isEqualTo(9);
        assertThat(record.outputTokens()).isEqualTo(output);
        assertThat(record.amount()).isEqualTo(World.cost(9, 0, output));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
    }

    // ---- no answer ----

    @ParameterizedTest
    @CsvSource({
        "400, 400, odd_field",
        "404, 404, odd_field",
        "429, 429, rate_limit_exceeded",
        "401, 502, upstream_error",
        "403, 502, upstream_error",
        "402, 503, upstream_unavailable",
        "302, 502, upstream_error",
        "500, 502, upstream_error",
        "503, 502, upstream_error"
    })
    void anErrorOfTheUpstreamCostsNothingAndTellsNoSecret(int theirs, int ours, String code) {
        World.Customer customer = world.customer("1");
        String message = "key " + World.UPSTREAM_KEY + " at " + world.upstream.baseUrl() + " bad";
        world.upstream.behave(
                UpstreamScript.json(
                        theirs,
                        "{\"error\":{\"message\":\"%s\",\"type\":\"t\",\"code\":\"odd_field\"}}"
                                .formatted(message)));
        for (String body : List.of(plain(World.MODEL), streamed(World.MODEL))) {
            HttpResponse<String> answer = world.chat(customer, body);

            assertThat(answer.statusCode()).isEqualTo(ours);
            assertThat(Streams.json(answer.body()).at("/error/code").asText()).isEqualTo(code);
            assertThat(answer.body())
                    .doesNotContain(World.UPSTREAM_KEY)
                    .doesNotContain("127.0.0.1");
            assertThat(answer.headers().firstValue("x-request-id").orElseThrow())
                    .startsWith("req_");
        }
        assertThat(world.records(customer)).isEmpty();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    @Test
    void theOperatorsEmptyAccountIsNotTheCallers() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.json(
                        429,
                        "{\"error\":{\"message\":\"pay\",\"type\":\"insufficient_quota\","
                                + "\"code\":\"insufficient_quota\"}}"));
        HttpResponse<String> answer = world.chat(customer, plain(World.MODEL));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).doesNotContain("quota");
    }

    @Test
    void noConnectionNoAnswerAndNoTimeCostNothing() {
        World.Customer customer = world.customer("1");

        assertThat(error(customer, plain(World.UNREACHABLE))).isEqualTo("502 upstream_unreachable");
        world.upstream.behave(UpstreamScript.closes());
        assertThat(error(customer, plain(World.MODEL))).isEqualTo("502 upstream_unreachable");
        assertThat(error(customer, streamed(World.MODEL))).isEqualTo("502 upstream_unreachable");
        world.upstream.behave(UpstreamScript.stalls());
        assertThat(error(customer, plain(World.HURRIED))).isEqualTo("504 upstream_timeout");
        assertThat(error(customer, streamed(World.HURRIED))).isEqualTo("504 upstream_timeout");
        costsNothing(customer);
    }

    private String error(World.Customer customer, String body) {
        HttpResponse<String> answer = world.chat(customer, body);
        return answer.statusCode() + " " + Streams.json(answer.body()).at("/error/code").asText();
    }

    @Test
    void anAnswerOfWhichNothingCouldBeRelayedCostsNothing() {
        World.Customer customer = world.customer("1");
        String half = completion("").substring(0, 60);
        UpstreamScript cut =
                new UpstreamScript(
                        200,
                        Map.of("content-type", "application/json"),
                        List.of(Buffer.buffer(half)),
                        Duration.ZERO,
                        Duration.ZERO,
                        UpstreamScript.Start.ANSWER,
                        UpstreamScript.End.CUT);
        world.upstream.behave(cut);
        assertThat(error(customer, plain(World.MODEL))).isEqualTo("502 upstream_error");
        world.upstream.behave(cut.ending(UpstreamScript.End.STALL));
        assertThat(error(customer, plain(World.HURRIED))).isEqualTo("502 upstream_error");
        world.upstream.behave(UpstreamScript.json(200, "<html>"));
        assertThat(error(customer, plain(World.MODEL))).isEqualTo("502 upstream_error");
        world.upstream.behave(UpstreamScript.json(200, completion("")));
        assertThat(error(customer, streamed(World.MODEL))).isEqualTo("502 upstream_error");
        world.upstream.behave(UpstreamScript.stream("data: {").ending(UpstreamScript.End.CUT));
        assertThat(error(customer, streamed(World.MODEL))).isEqualTo("502 upstream_error");
        world.upstream.behave(UpstreamScript.stream("data: {\"error\":{\"message\":\"x\"}}\n\n"));
        assertThat(error(customer, streamed(World.MODEL))).isEqualTo("502 upstream_error");
        costsNothing(customer);
    }

    // ---- an answer without usage ----

    @Test
    void withoutUsageAPlainAnswerIsCounted() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, completion(",\"usage\":{}")));
        assertThat(world.chat(customer, plain(World.MODEL)).statusCode()).isEqualTo(200);
        costsCount(customer, FIVE_WORDS_TOKENS, "completed");
    }

    @Test
    void withoutUsageAStreamIsCountedAndSaysSo() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(Streams.content(FIVE_WORDS), Streams.finish(), Streams.DONE));
        String body =
                world.chat(
                                customer,
                                ask(
                                        World.MODEL,
                                        ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                        .body();
        costsCount(customer, FIVE_WORDS_TOKENS, "completed");
        List<String> data = Streams.data(body);
        var last = Streams.json(data.get(data.size() - 2));
        assertThat(last.at("/usage/completion_tokens").longValue()).isEqualTo(FIVE_WORDS_TOKENS);
        assertThat(last.at("/x_scrip/estimated").booleanValue()).isTrue();
        assertThat(last.path("choices")).isEmpty();
        assertThat(last.path("id").asText()).isEqualTo("chatcmpl-1");
    }

    // ---- a stream to its end ----

    @Test
    void usageToldTwiceIsCountedOnceAndTheLastOne() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(
                        Streams.usage(10, 0, 1),
                        Streams.content(FIVE_WORDS),
                        Streams.usage(10, 0, 4),
                        Streams.finish(),
                        Streams.usage(10, 0, 7),
                        Streams.usage(10, 0, 7)));
        String body = world.chat(customer, streamed(World.MODEL)).body();

        assertThat(body).isEqualTo(Streams.content(FIVE_WORDS) + Streams.finish() + Streams.DONE);
        costsUsage(customer, 10, 7, "completed");
    }

    @Test
    void moreThanTheHoldIsCutToTheHold() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.json(
                        200, completion(",\"usage\":" + Streams.usageObject(9, 0, 5_000))));
        assertThat(world.chat(customer, plain(World.MODEL)).statusCode()).isEqualTo(200);
        UsageRecord record = world.record(customer);
        assertThat(record.amount()).isEqualTo(record.held());
        assertThat(record.amount().plus(record.overrun())).isEqualTo(World.cost(9, 0, 5_000));
    }

    @Test
    void reasoningLeftOutOfTheOutputIsTakenFromTheTotal() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.json(
                        200,
                        completion(
                                ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
                                        + "\"total_tokens\":114}")));
        world.chat(customer, plain(World.MODEL));
        costsUsage(customer, 9, 105, "completed");
    }

    // ---- the client hangs up ----

    @Test
    void whoHangsUpOnAnEndlessStreamPaysWhatWasRelayed() throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(Streams.content(FIVE_WORDS))
                        .ending(UpstreamScript.End.STALL));
        world.upstream.clear();
        hangUpAfterFirstEvent(customer, World.MODEL);
        costsCount(customer, FIVE_WORDS_TOKENS, "client_gone");
        World.await(
                () -> world.upstream.arrivals().getFirst().effect() == FakeUpstream.Effect.HUNG_UP);
    }

    private void hangUpAfterFirstEvent(World.Customer customer, String model) throws IOException {
        try (InputStream body = world.open(customer, streamed(model)).body()) {
            String first = Streams.content(FIVE_WORDS);
            assertThat(new String(body.readNBytes(first.length()), StandardCharsets.UTF_8))
                    .isEqualTo(first);
        }
    }

    @Test
    void whoHangsUpBeforeAPlainAnswerPaysForItAllTheSame() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.json(200, completion(",\"usage\":" + Streams.usageObject(9, 0, 44)))
                        .thinking(Duration.ofMillis(300)));
        hangUpOncePlainArrived(customer);
        costsUsage(customer, 9, 44, "client_gone");
    }

    @Test
    void whoHangsUpOnASilentUpstreamPaysItsInput() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.stalls());
        hangUpOncePlainArrived(customer);
        costsCount(customer, 0, "client_gone");
    }

    private void hangUpOncePlainArrived(World.Customer customer) {
        world.upstream.clear();
        HttpRequest request = world.chatRequest(customer.secret(), plain(World.MODEL));
        CompletableFuture<HttpResponse<String>> answer =
                world.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        World.await(() -> world.upstream.count() == 1);
        answer.cancel(true);
    }

    /** A client that stops reading must not make the gateway collect a whole answer for it. */
    @Test
    void aClientThatDoesNotReadHoldsTheUpstreamBackAndIsHungUpOn() throws IOException {
        World.Customer customer = world.customer("1");
        String large = Streams.content("word ".repeat(20_000));
        String[] events = new String[200];
        Arrays.fill(events, large);
        world.upstream.behave(UpstreamScript.stream(events));
        world.upstream.clear();
        HttpResponse<InputStream> answer = world.open(customer, streamed(World.HURRIED));
        UsageRecord record = world.record(customer);

        assertThat(record.ending()).isEqualTo("client_gone");
        assertThat(record.outputTokens()).isPositive();
        assertThat(world.upstream.arrivals().getFirst().piecesSent()).isLessThan(200);
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    }
}
