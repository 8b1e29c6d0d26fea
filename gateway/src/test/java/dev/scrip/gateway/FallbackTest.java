package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.charging.RequestIds;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to another upstream when one fails, what does not, and what each of it costs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FallbackTest {

    private static final String FRAIL = "gpt-4.1-nano-wrong";
    private static final String ANSWER =
            """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
            "message":{"role":"assistant","content":"one"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16}}""";

    private final FakeUpstream spare = FakeUpstream.start();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private World world;

    @BeforeAll
    void open() {
        world = new World(World.LIMITS, () -> Instant.now().plus(ahead.get()), this::upstreams);
    }

    @AfterAll
    void close() {
        world.close();
        spare.close();
    }

    @BeforeEach
    void bothAnswer() {
        world.upstream.clear();
        spare.clear();
        for (FakeUpstream each : List.of(world.upstream, spare)) {
            each.behave(
                    arrival ->
                            arrival.body().contains("\"stream\":true")
                                    ? UpstreamScript.stream(
                                            Streams.content("one"),
                                            Streams.finish(),
                                            Streams.usage(9, 0, 7),
                                            Streams.DONE)
                                    : UpstreamScript.json(200, ANSWER));
        }
    }

    private Upstreams upstreams(URI fake) {
        Upstream.Policy first = new Upstream.Policy(0, 1, 1_000, 0, Duration.ofSeconds(1), 0);
        Upstream.Policy second = new Upstream.Policy(1, 1, 1_000, 0, Duration.ofSeconds(1), 0);
        Upstream.Policy frail = new Upstream.Policy(0, 1, 1_000, 0, Duration.ofSeconds(1), 3);
        URI nowhere = URI.create("http://127.0.0.1:1/v1");
        return new Upstreams(
                List.of(
                        remote("first", fake, first, World.MODEL, World.TEN_CENTS),
                        new Upstream.OpenAiCompatible(
                                "hasty",
                                new Upstream.Server(
                                        fake, World.UPSTREAM_KEY, Upstream.Manner.OPENAI),
                                Map.of(World.HURRIED, "x"),
                                Map.of(),
                                first,
                                new Upstream.Timeouts(
                                        Duration.ofSeconds(5),
                                        Duration.ofMillis(300),
                                        Duration.ofMillis(300))),
                        remote("nowhere", nowhere, first, World.UNREACHABLE),
                        remote("frail", fake, frail, FRAIL),
                        remote(
                                "second",
                                spare.baseUrl(),
                                second,
                                World.MODEL,
                                World.TEN_CENTS,
                                World.HURRIED,
                                World.UNREACHABLE,
                                FRAIL)),
                Map.of("nick", World.MODEL),
                new Upstreams.Tries(2, Duration.ofMinutes(1)));
    }

    private static Upstream remote(
            String name, URI address, Upstream.Policy policy, String... models) {
        Map<String, String> names = new HashMap<>();
        for (String model : models) {
            names.put(model, name + "-" + model);
        }
        return new Upstream.OpenAiCompatible(
                name,
                new Upstream.Server(address, World.UPSTREAM_KEY, Upstream.Manner.OPENAI),
                names,
                Map.of(),
                policy,
                Upstream.Timeouts.DEFAULT);
    }

    private static String plain(String model) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_tokens":100}"""
                .formatted(model);
    }

    private static String streamed(String model) {
        return plain(model).replace("{\"model\"", "{\"stream\":true,\"model\"");
    }

    private void failsWith(UpstreamScript script) {
        world.upstream.behave(script);
    }

    private static UpstreamScript error(int status, String code) {
        return UpstreamScript.json(
                status,
                "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"%s\"}}".formatted(code));
    }

    private static String code(HttpResponse<String> answer) {
        return Streams.json(answer.body()).at("/error/code").asText();
    }

    private void elsewhere(String model) {
        for (String body : List.of(plain(model), streamed(model))) {
            World.Customer customer = world.customer("1");
            HttpResponse<String> answer = world.chat(customer, body);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("one");
            UsageRecord record = world.record(customer);
            assertThat(record.upstream()).isEqualTo("second");
            assertThat(record.model()).isEqualTo(model);
            assertThat(record.ending()).isEqualTo("completed");
            assertThat(record.amount()).isEqualTo(World.cost(9, 0, 7));
            assertThat(world.credit(customer))
                    .isEqualTo(Money.ofDollars("1").minus(record.amount()));
        }
        assertThat(spare.arrivals()).hasSize(2);
        assertThat(spare.arrivals().getFirst().body()).contains("\"model\":\"second-" + model);
    }

    // ---- what goes elsewhere ----

    @ParameterizedTest
    @CsvSource({
        "429, rate_limit_exceeded",
        "429, insufficient_quota",
        "401, invalid_api_key",
        "402, x",
        "403, x",
        "404, model_not_found",
        "408, x",
        "302, x",
        "500, x",
        "502, x",
        "503, x",
        "529, overloaded"
    })
    void anErrorThatIsNotTheCallersGoesElsewhere(int status, String code) {
        failsWith(error(status, code));
        elsewhere(World.MODEL);
        assertThat(world.upstream.count()).isEqualTo(2);
    }

    @Test
    void silenceAndBrokenConnectionsGoElsewhere() {
        failsWith(UpstreamScript.closes());
        elsewhere(World.MODEL);
        spare.clear();
        failsWith(UpstreamScript.stalls());
        elsewhere(World.HURRIED);
        spare.clear();
        elsewhere(World.UNREACHABLE);
    }

    @Test
    void anAnswerThatIsNoneGoesElsewhere() {
        failsWith(UpstreamScript.json(200, "<html>"));
        elsewhere(World.MODEL);
        spare.clear();
        failsWith(UpstreamScript.stream("data: {\"error\":{\"message\":\"overloaded\"}}\n\n"));
        elsewhere(World.MODEL);
        spare.clear();
        failsWith(UpstreamScript.json(200, ANSWER.substring(0, 40)).ending(UpstreamScript.End.CUT));
        elsewhere(World.MODEL);
        spare.clear();
        failsWith(UpstreamScript.stream(": ping").ending(UpstreamScript.End.STALL));
        elsewhere(World.HURRIED);
    }

    // ---- what does not ----

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 413, 415, 422})
    void whatTheCallerIsToBlameForIsToldAtOnce(int status) {
        World.Customer customer = world.customer("1");
        failsWith(error(status, "theirs"));
        for (String body : List.of(plain(World.MODEL), streamed(World.MODEL))) {
            HttpResponse<String> answer = world.chat(customer, body);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(code(answer)).isEqualTo("theirs");
        }
        assertThat(spare.count()).isZero();
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
    }

    @Test
    void whatTheClientHasAPartOfIsNotBegunAgain() {
        World.Customer customer = world.customer("1");
        failsWith(
                UpstreamScript.stream(Streams.content("half of it"))
                        .ending(UpstreamScript.End.CUT));
        HttpResponse<String> answer = world.chat(customer, streamed(World.MODEL));

        assertThat(Streams.written(answer.body())).isEqualTo("half of it");
        assertThat(answer.body()).contains("upstream_cut").doesNotContain("[DONE]");
        assertThat(spare.count()).isZero();
        assertThat(world.record(customer).ending()).isEqualTo("upstream_cut");
    }

    @Test
    void itIsNotTriedMoreOftenThanAllowedAndTheLastErrorIsTold() {
        World.Customer customer = world.customer("1");
        failsWith(error(500, "x"));
        spare.behave(error(429, "rate_limit_exceeded"));
        HttpResponse<String> answer = world.chat(customer, plain(World.MODEL));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(code(answer)).isEqualTo("rate_limit_exceeded");
        assertThat(world.upstream.count() + spare.count()).isEqualTo(2);
        world.nothingHeld(customer);
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    @Test
    void whoHasHungUpIsNotServedElsewhere() {
        World.Customer customer = world.customer("1");
        failsWith(error(500, "x").thinking(Duration.ofMillis(300)));
        CompletableFuture<HttpResponse<String>> answer =
                world.chatLater(customer, plain(World.MODEL));
        World.await(() -> world.upstream.count() == 1);
        answer.cancel(true);
        world.nothingHeld(customer);
        assertThat(world.charging.verify().agrees()).isTrue();

        assertThat(spare.count()).isZero();
        assertThat(world.records(customer)).isEmpty();
    }

    // ---- what it costs ----

    /** It told what it used, then it failed: that is charged, and the next one is paid anew. */
    @Test
    void anAttemptThatToldItsUsageIsChargedAndTheNextOneToo() {
        World.Customer customer = world.customer("1");
        failsWith(
                UpstreamScript.stream(
                        Streams.usage(9, 0, 3), "data: {\"error\":{\"message\":\"x\"}}\n\n"));
        HttpResponse<String> answer = world.chat(customer, streamed(World.MODEL));

        assertThat(Streams.written(answer.body())).isEqualTo("one");
        World.await(() -> world.records(customer).size() == 2);
        UsageRecord second = world.records(customer).getFirst();
        UsageRecord first = world.records(customer).getLast();
        assertThat(first.upstream()).isEqualTo("first");
        assertThat(first.ending()).isEqualTo("upstream_cut");
        assertThat(first.amount()).isEqualTo(World.cost(9, 0, 3));
        assertThat(second.upstream()).isEqualTo("second");
        assertThat(second.ending()).isEqualTo("completed");
        assertThat(second.amount()).isEqualTo(World.cost(9, 0, 7));
        assertThat(answer.headers().firstValue("x-request-id"))
                .contains(RequestIds.print(second.requestId()));
        for (UsageRecord record : List.of(first, second)) {
            assertThat(record.amount().isLessThan(record.held())).isTrue();
            assertThat(record.overrun()).isEqualTo(Money.ZERO);
        }
        world.nothingHeld(customer);
        assertThat(world.credit(customer))
                .isEqualTo(Money.ofDollars("1").minus(first.amount()).minus(second.amount()));
    }

    @Test
    void whatTheBalanceDoesNotCoverTwiceIsNotTriedTwice() {
        World.Customer customer = world.customer("0.15");
        failsWith(
                UpstreamScript.stream(
                        Streams.usage(9, 0, 3), "data: {\"error\":{\"message\":\"x\"}}\n\n"));
        HttpResponse<String> answer = world.chat(customer, streamed(World.TEN_CENTS));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(code(answer)).isEqualTo("credit_balance_exhausted");
        assertThat(spare.count()).isZero();
        assertThat(world.record(customer).amount()).isEqualTo(Money.ofDollars("0.10"));
        world.nothingHeld(customer);
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("0.05"));
    }

    // ---- who is left alone ----

    @Test
    void whoSaysRetryAfterIsNotAskedUntilThen() {
        World.Customer customer = world.customer("1");
        failsWith(error(429, "rate_limit_exceeded").header("retry-after", "30"));
        spare.behave(error(503, "x").header("retry-after-ms", "90000"));

        HttpResponse<String> both = world.chat(customer, plain(World.MODEL));
        assertThat(both.statusCode()).isEqualTo(502);
        HttpResponse<String> nobody = world.chat(customer, plain(World.MODEL));
        assertThat(nobody.statusCode()).isEqualTo(429);
        assertThat(code(nobody)).isEqualTo("rate_limit_exceeded");
        long left = Long.parseLong(nobody.headers().firstValue("retry-after").orElseThrow());
        assertThat(left).isBetween(1L, 30L);
        assertThat(world.upstream.count() + spare.count()).isEqualTo(2);
        assertThat(world.chat(customer, plain(World.TEN_CENTS)).statusCode())
                .as("it is about that model alone")
                .isEqualTo(502);

        bothAnswer();
        ahead.updateAndGet(time -> time.plusSeconds(31));
        assertThat(world.chat(customer, plain(World.MODEL)).statusCode()).isEqualTo(200);
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(spare.count()).isZero();
        ahead.updateAndGet(time -> time.plusSeconds(60)); // for the tests that follow
    }

    @Test
    void whoFailsTooOftenIsTriedByOneRequestAfterAWhile() {
        World.Customer customer = world.customer("1");
        failsWith(error(500, "x"));
        for (int i = 0; i < 5; i++) {
            assertThat(world.chat(customer, plain(FRAIL)).statusCode()).isEqualTo(200);
        }
        assertThat(world.upstream.count()).as("left alone after three").isEqualTo(3);
        assertThat(spare.count()).isEqualTo(5);
        assertThat(health("frail").state()).isEqualTo(UpstreamHealth.State.FAILED);
        assertThat(health("frail").lastFault().what()).isEqualTo("answered 500");

        ahead.updateAndGet(time -> time.plusSeconds(5));
        assertThat(world.chat(customer, plain(FRAIL)).statusCode()).isEqualTo(200);
        assertThat(world.upstream.count()).as("tried once").isEqualTo(4);
        world.chat(customer, plain(FRAIL));
        assertThat(world.upstream.count()).isEqualTo(4);

        bothAnswer();
        world.upstream.clear();
        spare.clear();
        ahead.updateAndGet(time -> time.plusSeconds(10));
        world.chat(customer, plain(FRAIL));
        world.chat(customer, plain(FRAIL));
        assertThat(world.upstream.count()).isEqualTo(2);
        assertThat(spare.count()).isZero();
        assertThat(health("frail").state()).isEqualTo(UpstreamHealth.State.ASKED);
    }

    private UpstreamHealth health(String name) {
        return world.gateway.upstreams().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // ---- names ----

    @Test
    void anAliasIsTheModelThatItStandsFor() {
        World.Customer customer = world.customer("1");
        assertThat(world.chat(customer, plain("nick")).statusCode()).isEqualTo(200);

        assertThat(world.upstream.arrivals().getFirst().body())
                .contains("\"model\":\"first-gpt-5-nano\"");
        UsageRecord record = world.record(customer);
        assertThat(record.model()).isEqualTo(World.MODEL);
        assertThat(record.amount()).isEqualTo(World.cost(9, 0, 7));
        String bearer = "Bearer " + customer.secret();
        assertThat(
                        Streams.json(world.get("/v1/models", "authorization", bearer).body())
                                .path("data")
                                .findValuesAsText("id"))
                .contains("nick", World.MODEL);
        assertThat(
                        Streams.json(world.get("/v1/models/nick", "authorization", bearer).body())
                                .path("id")
                                .asText())
                .isEqualTo("nick");
    }
}
