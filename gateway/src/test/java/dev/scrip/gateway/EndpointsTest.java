package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.Recording;
import dev.scrip.testing.SharedData;
import dev.scrip.testing.UpstreamScript;
import dev.scrip.testing.Wire;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The endpoints beside chat, each through the whole gate, answered by both kinds of upstreams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointsTest {

    @AutoClose private World world;

    @BeforeAll
    void open() {
        GatewaySettings.Limits limits = World.LIMITS;
        world =
                new World(
                        new GatewaySettings.Limits(
                                limits.requestsMax(),
                                4 << 20,
                                limits.bodiesBytesMax(),
                                limits.answerBytesMax(),
                                limits.hangUpDrain(),
                                limits.settlement()));
    }

    private JsonNode answer(World.Customer customer, String path, String body) {
        HttpResponse<String> answer = world.post(customer, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Streams.json(answer.body());
    }

    private void costs(World.Customer customer, String endpoint, long input, long output) {
        UsageRecord record = world.record(customer);
        assertThat(record.endpoint()).isEqualTo(endpoint);
        assertThat(record.inputTokens()).isEqualTo(input);
        assertThat(record.outputTokens()).isEqualTo(output);
        assertThat(record.amount()).isEqualTo(World.cost(input, 0, output));
        assertThat(record.estimated()).isFalse();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
    }

    private static long tokens(String text) {
        return TokenCounter.of("scrip-demo").output(text);
    }

    // ---- responses ----

    @Test
    void theDemonstrationModelGivesResponses() {
        World.Customer plain = world.customer("1");
        World.Customer streaming = world.customer("1");
        String body = "{\"model\":\"scrip-demo\",\"input\":\"Say hello world\"%s}";
        JsonNode response = answer(plain, "/responses", body.formatted(""));

        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("hello world");
        assertThat(response.path("store").booleanValue()).isFalse();
        costs(plain, "responses", 3 + 3 + 3, 2);

        String stream =
                world.post(streaming, "/responses", body.formatted(",\"stream\":true")).body();
        List<String> data = Wire.dataOf(stream);
        assertThat(Wire.RESPONSES.written(stream)).isEqualTo("hello world");
        assertThat(data.stream().map(each -> Streams.json(each).path("type").asText()))
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed");
        for (int i = 0; i < data.size(); i++) {
            assertThat(Streams.json(data.get(i)).path("sequence_number").intValue()).isEqualTo(i);
        }
        JsonNode last = Streams.json(data.getLast()).path("response");
        assertThat(last.path("usage")).isEqualTo(response.path("usage"));
        assertThat(last.path("output").path(0).path("content"))
                .isEqualTo(response.path("output").path(0).path("content"));
        costs(streaming, "responses", 9, 2);
    }

    @Test
    void aResponseThatReachesItsBoundIsIncomplete() {
        World.Customer customer = world.customer("1");
        JsonNode response =
                answer(
                        customer,
                        "/responses",
                        "{\"model\":\"scrip-demo\",\"max_output_tokens\":16,\"input\":[{\"role\":"
                                + "\"user\",\"content\":\"Write 500 words about tea\"}]}");

        assertThat(response.path("status").asText()).isEqualTo("incomplete");
        assertThat(response.at("/incomplete_details/reason").asText())
                .isEqualTo("max_output_tokens");
        assertThat(world.record(customer).outputTokens()).isEqualTo(16);
    }

    @Test
    void anIncompleteResponseIsAnEndToo() {
        World.Customer customer = world.customer("1");
        String end = Wire.RESPONSES.end(new Wire.Told(20, 0, 30));
        String incomplete = end.replace("completed", "incomplete");
        world.upstream.behave(UpstreamScript.stream(Wire.RESPONSES.text("one"), incomplete));
        String got =
                world.post(customer, "/responses", Wire.RESPONSES.request(World.MODEL, true))
                        .body();

        assertThat(got).endsWith(incomplete);
        costs(customer, "responses", 20, 30);
        JsonNode sent = Streams.json(world.upstream.arrivals().getLast().body());
        assertThat(sent.path("store").isBoolean()).isTrue();
        assertThat(sent.path("store").booleanValue()).isFalse();
        assertThat(sent.path("max_output_tokens").intValue()).isEqualTo(1_000);
    }

    @Test
    void aPlainResponseThatFailedCostsWhatItSaysAndTellsNoSecret() {
        World.Customer customer = world.customer("1");
        ObjectNode failed =
                (ObjectNode) Streams.json(Wire.RESPONSES.whole("", new Wire.Told(20, 0, 3)));
        failed.put("status", "failed")
                .putObject("error")
                .put("code", "server_error")
                .put("message", "at " + world.upstream.baseUrl());
        world.upstream.behave(UpstreamScript.json(200, failed.toString()));
        String request = Wire.RESPONSES.request(World.MODEL, false);
        HttpResponse<String> told = world.post(customer, "/responses", request);
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).contains("server_error").doesNotContain("127.0.0.1");
        costs(customer, "responses", 20, 3);

        World.Customer second = world.customer("1");
        failed.putNull("usage");
        world.upstream.behave(UpstreamScript.json(200, failed.toString()));
        assertThat(world.post(second, "/responses", request).statusCode()).isEqualTo(502);
        world.nothingHeld(second);
        assertThat(world.records(second)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET, /responses/resp_1", "DELETE, /responses/resp_1"})
    void nothingIsStored(String method, String path) {
        World.Customer customer = world.customer("0");
        HttpResponse<String> answer = world.send(customer, method, path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("not stored here");
    }

    // ---- completions ----

    @Test
    void theDemonstrationModelCompletes() {
        World.Customer plain = world.customer("1");
        JsonNode two =
                answer(
                        plain,
                        "/completions",
                        "{\"model\":\"scrip-demo\",\"prompt\":[\"Say hello world\",\"Say bye\"],"
                                + "\"n\":2,\"best_of\":3,\"echo\":true}");

        assertThat(two.path("object").asText()).isEqualTo("text_completion");
        assertThat(two.path("choices")).hasSize(4);
        assertThat(two.at("/choices/0/text").asText()).isEqualTo("Say hello worldhello world");
        assertThat(two.at("/choices/3/text").asText()).isEqualTo("Say byebye");
        costs(
                plain,
                "completions",
                tokens("Say hello world") + tokens("Say bye"),
                3 * (tokens("hello world") + tokens("bye")));

        World.Customer streaming = world.customer("1");
        HttpResponse<String> stream =
                world.post(
                        streaming,
                        "/completions",
                        "{\"model\":\"scrip-demo\",\"prompt\":\"Write 50 words about tea\","
                                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        List<String> data = Wire.dataOf(stream.body());
        JsonNode usage = Streams.json(data.get(data.size() - 2)).path("usage");
        assertThat(usage.path("completion_tokens").intValue()).isEqualTo(16);
        assertThat(usage.path("cost").isNumber()).isTrue();
        costs(streaming, "completions", tokens("Write 50 words about tea"), 16);
    }

    @Test
    void eachPromptAndCandidateIsSetAsideFor() {
        // Two prompts with three candidates of 1,000 tokens each.
        String body =
                "{\"model\":\"gpt-5-nano\",\"prompt\":[[1,2,3],[4]],\"max_tokens\":1000,"
                        + "\"best_of\":3}";
        world.upstream.behave(UpstreamScript.json(500, "{}"));
        World.Customer enough = world.customer("0.00241");
        assertThat(world.post(enough, "/completions", body).statusCode()).isEqualTo(502);
        assertThat(sentBound()).isEqualTo(1_000);

        World.Customer half = world.customer("0.00121");
        assertThat(world.post(half, "/completions", body).statusCode()).isEqualTo(502);
        assertThat(sentBound()).isBetween(400L, 505L);
    }

    private long sentBound() {
        return Streams.json(world.upstream.arrivals().getLast().body())
                .path("max_tokens")
                .longValue();
    }

    // ---- embeddings and moderations ----

    @Test
    void theDemonstrationModelEmbeds() {
        World.Customer customer = world.customer("1");
        String body =
                "{\"model\":\"scrip-demo\",\"input\":[\"small boats\",\"small ships\",\"tax law\"]"
                        + ",\"dimensions\":64%s}";
        JsonNode floats = answer(customer, "/embeddings", body.formatted(""));

        assertThat(floats.path("data")).hasSize(3);
        assertThat(floats.at("/data/2/index").intValue()).isEqualTo(2);
        costs(
                customer,
                "embeddings",
                tokens("small boats") + tokens("small ships") + tokens("tax law"),
                0);
        float[] boats = DemonstrationVectors.vector("Small boats!", 64);
        for (int i = 0; i < 64; i++) {
            assertThat(floats.at("/data/0/embedding/" + i).floatValue()).isEqualTo(boats[i]);
        }
        float[] ships = DemonstrationVectors.vector("small ships", 64);
        assertThat(product(boats, boats)).isBetween(0.999, 1.001);
        assertThat(product(boats, ships))
                .isGreaterThan(product(boats, DemonstrationVectors.vector("tax law", 64)));

        World.Customer other = world.customer("1");
        JsonNode coded =
                answer(other, "/embeddings", body.formatted(",\"encoding_format\":\"base64\""));
        ByteBuffer bytes =
                ByteBuffer.wrap(Base64.getDecoder().decode(coded.at("/data/0/embedding").asText()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getFloat(0)).isEqualTo(boats[0]);
        assertThat(bytes.capacity()).isEqualTo(64 * 4);
    }

    private static double product(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    /** Many inputs can be more together than the model takes of one. */
    @Test
    void manyInputsAreAllSetAsideFor() {
        World.Customer customer = world.customer("1");
        String input = "[\"" + "word ".repeat(2_000) + "\"]";
        String many = input.replace("]", (",\"" + "word ".repeat(2_000) + "\"").repeat(9) + "]");
        world.upstream.behave(
                UpstreamScript.json(
                        200,
                        "{\"object\":\"list\",\"data\":[],\"usage\":{\"prompt_tokens\":20000,"
                                + "\"total_tokens\":20000}}"));
        answer(customer, "/embeddings", "{\"model\":\"vectors\",\"input\":" + many + "}");
        UsageRecord record = world.record(customer);

        assertThat(record.inputTokens()).isEqualTo(20_000);
        assertThat(record.held()).isGreaterThanOrEqualTo(record.amount());
        assertThat(record.overrun()).isEqualTo(Money.ZERO);
    }

    @Test
    void moderationsAreFreeAndMetered() {
        World.Customer customer = world.customer("0");
        JsonNode answer =
                answer(
                        customer,
                        "/moderations",
                        "{\"model\":\"free-moderation\",\"input\":[\"good morning\",\"I attack\"]}");

        assertThat(answer.at("/results/0/flagged").booleanValue()).isFalse();
        assertThat(answer.at("/results/1/flagged").booleanValue()).isTrue();
        assertThat(answer.at("/results/1/categories/violence").booleanValue()).isTrue();
        UsageRecord record = world.record(customer);
        assertThat(record.endpoint()).isEqualTo("moderations");
        assertThat(record.amount()).isEqualTo(Money.ZERO);
        assertThat(record.inputTokens()).isEqualTo(tokens("good morning") + tokens("I attack"));
        assertThat(record.estimated()).isTrue();
    }

    /** Beyond some size bodies are read and written by others than the event loops. */
    @Test
    void aLargeBodyArrivesWhole() {
        World.Customer customer = world.customer("1");
        String image = "data:image/png;base64," + "QUJD".repeat(300_000);
        world.upstream.behave(
                UpstreamScript.json(200, Wire.RESPONSES.whole("ok", new Wire.Told(20, 0, 1))));
        answer(
                customer,
                "/responses",
                "{\"model\":\"gpt-5-nano\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":"
                        + "\"input_image\",\"image_url\":\""
                        + image
                        + "\"}]}]}");
        String sent = world.upstream.arrivals().getLast().body();

        assertThat(Streams.json(sent).at("/input/0/content/0/image_url").asText()).isEqualTo(image);
        costs(customer, "responses", 20, 1);
    }

    // ---- recordings of a real server ----

    @ParameterizedTest
    @CsvSource({
        "completion-basic, /completions, completions",
        "completion-streaming-usage, /completions, completions",
        "embeddings-basic, /embeddings, embeddings"
    })
    void recordings(String name, String path, String endpoint) {
        Path file = SharedData.require("recordings").resolve(name + ".yaml");
        Recording recording = Recording.read(file);
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.replay(recording));
        ObjectNode request = (ObjectNode) Streams.json(recording.requestBody());
        HttpResponse<String> got =
                world.post(customer, path, request.put("model", World.MODEL).toString());

        assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
        if (!recording.isStream()) {
            assertThat(got.body()).isEqualTo(recording.responseBody());
        }
        String told =
                recording.isStream()
                        ? Wire.dataOf(recording.responseBody()).stream()
                                .filter(data -> data.contains("\"prompt_tokens\""))
                                .toList()
                                .getLast()
                        : recording.responseBody();
        JsonNode usage = Streams.json(told).path("usage");
        costs(
                customer,
                endpoint,
                usage.path("prompt_tokens").longValue(),
                usage.path("completion_tokens").longValue());
    }

    // ---- cost on request ----

    @ParameterizedTest
    @EnumSource
    void costOnRequest(Wire wire) {
        Wire.Told usage = new Wire.Told(20, 5, 77);
        World.Customer plain = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, wire.whole("Hi", usage)));
        JsonNode whole = answer(plain, wire.path(), withCost(wire.request(World.MODEL, false)));
        isPriced(plain, whole);
        assertThat(Streams.json(world.upstream.arrivals().getLast().body()).has("usage")).isFalse();

        for (Wire.Told told : new Wire.Told[] {usage, null}) {
            World.Customer streaming = world.customer("1");
            world.upstream.behave(UpstreamScript.stream(wire.stream(List.of("Hi"), told)));
            String stream =
                    world.post(streaming, wire.path(), withCost(wire.request(World.MODEL, true)))
                            .body();
            List<String> data = Wire.dataOf(stream);
            boolean responses = wire == Wire.RESPONSES;
            JsonNode last = Streams.json(data.get(data.size() - (responses ? 1 : 2)));
            isPriced(streaming, responses ? last.path("response") : last);
        }
    }

    private static String withCost(String request) {
        return request.replaceFirst("\\{", "{\"usage\":{\"include\":true},");
    }

    private void isPriced(World.Customer customer, JsonNode answer) {
        UsageRecord record = world.record(customer);
        assertThat(answer.at("/usage/cost").decimalValue())
                .isEqualByComparingTo(record.amount().toDollars());
        assertThat(answer.at("/x_scrip/cost").asText()).isEqualTo(record.amount().exact());
        assertThat(answer.at("/x_scrip/estimated").booleanValue()).isEqualTo(record.estimated());
    }
}
