package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.UpstreamScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of server is sent, and that it is read as it tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PresetsTest {

    private static final String AZURE = World.MODEL;
    private static final String DATED = World.HURRIED;
    private static final String VLLM = "gpt-4.1-nano-wrong";
    private static final String OLLAMA = World.TEN_CENTS;
    private static final String KEY = "Very-Secret-5f2A";
    private static final String ANSWER =
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"one"},
            "finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":7}}""";

    @TempDir private static Path folder;
    private World world;

    @BeforeAll
    void open() {
        world = new World(World.LIMITS, InstantSource.system(), this::upstreams);
    }

    @AfterAll
    void close() {
        world.close();
    }

    private Upstreams upstreams(URI fake) {
        String address = fake.toString().replace("/v1", "");
        String json =
                """
                {"upstreams": [
                  {"name": "azure", "kind": "azure", "base_url": "%1$s", "api_key_env": "KEY",
                   "models": {"%2$s": "our-nano"}, "failures_max": 0,
                   "costs": {"%2$s": {"input": "0.01", "output": "0.1"}}},
                  {"name": "dated", "kind": "azure", "base_url": "%1$s", "api_key_env": "KEY",
                   "api_version": "2024-10-21", "models": {"%3$s": "our-nano"}, "failures_max": 0},
                  {"name": "vllm", "kind": "vllm", "base_url": "%1$s/v1",
                   "models": {"%4$s": "Qwen/Qwen3-8B"}, "failures_max": 0},
                  {"name": "ollama", "kind": "ollama", "base_url": "%1$s/v1",
                   "models": {"%5$s": "llama3.2:3b"}, "failures_max": 0}]}"""
                        .formatted(address, AZURE, DATED, VLLM, OLLAMA);
        Path file = folder.resolve("upstreams.json");
        try {
            Files.writeString(file, json);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return Upstreams.read(file, Map.of("KEY", KEY));
    }

    private FakeUpstream.Arrival asked(String model, String more) {
        World.Customer customer = world.customer("1");
        world.upstream.clear();
        world.upstream.behave(UpstreamScript.json(200, ANSWER));
        HttpResponse<String> answer = world.chat(customer, chat(model, more));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return world.upstream.arrivals().getFirst();
    }

    private static String chat(String model, String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_completion_tokens":50%s}"""
                .formatted(model, more);
    }

    @Test
    void azureByItsUndatedApi() {
        FakeUpstream.Arrival arrival = asked(AZURE, "");
        assertThat(arrival.path()).isEqualTo("/openai/v1/chat/completions");
        assertThat(arrival.headers())
                .containsEntry("api-key", KEY)
                .doesNotContainKey("authorization");
        assertThat(Streams.json(arrival.body()).path("model").asText()).isEqualTo("our-nano");
    }

    @Test
    void azureByADeployment() {
        FakeUpstream.Arrival arrival = asked(DATED, "");
        assertThat(arrival.path()).isEqualTo("/openai/deployments/our-nano/chat/completions");
        assertThat(arrival.query()).isEqualTo("api-version=2024-10-21");
        assertThat(arrival.headers())
                .containsEntry("api-key", KEY)
                .doesNotContainKey("authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {VLLM, OLLAMA})
    void serversThatKnowOneFieldForTheBoundAreSentThatOne(String model) {
        JsonNode sent = Streams.json(asked(model, "").body());
        assertThat(sent.path("max_tokens").asInt()).isEqualTo(50);
        assertThat(sent.has("max_completion_tokens")).isFalse();
        assertThat(sent.has("stream_options")).isFalse();
    }

    @Test
    void whatTheUpstreamAsksIsRecordedBesideWhatIsCharged() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, ANSWER));
        world.chat(customer, chat(AZURE, ""));
        UsageRecord record = world.record(customer);
        assertThat(record.amount()).isEqualTo(World.cost(9, 0, 7));
        assertThat(record.upstreamCost())
                .isEqualTo(Money.ofPicosRoundedUp(9 * 10_000 + 7 * 100_000));
    }

    // ---- vLLM's usage with every event ----

    private static String told(String text, long output) {
        JsonNode event = Streams.json(Streams.data(Streams.content(text)).getFirst());
        ((ObjectNode) event).set("usage", Streams.usageObject(9, 0, output));
        return Streams.event(event);
    }

    @Test
    void usageWithEveryEventIsTakenAndNotPassedOn() {
        World.Customer customer = world.customer("1");
        world.upstream.clear();
        world.upstream.behave(
                UpstreamScript.stream(
                        told("one", 1),
                        told(" two", 2),
                        Streams.finish(),
                        Streams.usage(9, 0, 3),
                        Streams.DONE));
        String more = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        String body = world.chat(customer, chat(VLLM, more)).body();

        JsonNode sent = Streams.json(world.upstream.arrivals().getFirst().body());
        assertThat(sent.at("/stream_options/continuous_usage_stats").booleanValue()).isTrue();
        assertThat(sent.at("/stream_options/include_usage").booleanValue()).isTrue();
        assertThat(Streams.written(body)).isEqualTo("one two");
        List<String> data = Streams.data(body);
        assertThat(data.stream().filter(event -> event.contains("prompt_tokens"))).hasSize(1);
        assertThat(Streams.json(data.get(data.size() - 2)).at("/usage/completion_tokens").asInt())
                .isEqualTo(3);
        assertThat(world.record(customer).amount()).isEqualTo(World.cost(9, 0, 3));
    }

    /** Also where it looks like an end: usage beside a piece of text is not that of the whole. */
    @ParameterizedTest
    @EnumSource(names = {"CUT", "COMPLETE"})
    void aStreamThatBreaksOffIsChargedByTheUsageToldLast(UpstreamScript.End how) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.stream(told("one", 11), told(" two", 22)).ending(how));
        String body = world.chat(customer, chat(VLLM, ",\"stream\":true")).body();

        assertThat(Streams.written(body)).isEqualTo("one two");
        assertThat(body).contains("upstream_cut").doesNotContain("[DONE]");
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo("upstream_cut");
        assertThat(record.estimated()).isFalse();
        assertThat(record.amount()).isEqualTo(World.cost(9, 0, 22));
    }

    // ---- secrets ----

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422, 429, 401, 403, 500})
    void noErrorTellsTheKeyOrTheAddress(int status) {
        World.Customer customer = world.customer("1");
        String host = "127.0.0.1:" + world.upstream.port();
        String leak = KEY.toUpperCase(Locale.ROOT) + " " + KEY + " http://" + host;
        world.upstream.behave(
                UpstreamScript.json(
                                status,
                                """
                                {"error":{"message":"at %1$s","type":"t %1$s","code":"c %1$s","param":"p %1$s"}}"""
                                        .formatted(leak))
                        .header("x-key", KEY)
                        .header("location", "http://" + host + "/v1")
                        .header("www-authenticate", leak)
                        .header("retry-after", KEY)
                        .header("set-cookie", "key=" + KEY));
        for (String model : List.of(AZURE, DATED)) {
            for (String more : List.of("", ",\"stream\":true")) {
                HttpResponse<String> answer = world.chat(customer, chat(model, more));
                String all = answer.headers().map() + answer.body();
                assertThat(all).doesNotContainIgnoringCase(KEY).doesNotContain("127.0.0.1");
            }
        }
    }
}
