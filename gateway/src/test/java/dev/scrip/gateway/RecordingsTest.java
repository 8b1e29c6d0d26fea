package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.RequestIds;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.Recording;
import dev.scrip.testing.SharedData;
import dev.scrip.testing.UpstreamScript;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real answers of a real server, replayed: seen unchanged, and charged to the last digit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingsTest {

    @AutoClose private final World world = new World();

    static List<Recording> recordings() throws IOException {
        try (Stream<Path> files = Files.list(SharedData.require("recordings"))) {
            return files.filter(file -> file.getFileName().toString().matches("chat-.*\\.yaml"))
                    .sorted()
                    .map(Recording::read)
                    .toList();
        }
    }

    static List<Recording> completions() throws IOException {
        return recordings().stream().filter(one -> one.status() == 200 && !one.isStream()).toList();
    }

    static List<Recording> refusals() throws IOException {
        return recordings().stream().filter(one -> one.status() != 200).toList();
    }

    static List<Recording> streams() throws IOException {
        return recordings().stream().filter(Recording::isStream).toList();
    }

    @ParameterizedTest
    @MethodSource("completions")
    void inOnePiece(Recording recording) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.replay(recording));

        HttpResponse<String> answer = world.chat(customer, recording.requestBody());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(recording.responseBody());
        charged(customer, Streams.json(recording.responseBody()).path("usage"));
        assertThat(answer.headers().firstValue("x-scrip-cost"))
                .contains(Money.ofDollars("1").minus(world.credit(customer)).exact());
        assertThat(answer.headers().firstValue("x-scrip-balance"))
                .contains(world.credit(customer).exact());
        UsageRecord record = world.record(customer);
        assertThat(answer.headers().firstValue("x-request-id"))
                .contains(RequestIds.print(record.requestId()));
        assertThat(record.streamed()).isFalse();
        sentOnAsItCame(recording);
    }

    @ParameterizedTest
    @MethodSource("completions")
    void asAStream(Recording recording) {
        World.Customer customer = world.customer("1");
        String[] events = Streams.asStream(Streams.json(recording.responseBody()));
        world.upstream.behave(UpstreamScript.stream(events).inPiecesOf(37));
        ObjectNode request = (ObjectNode) Streams.json(recording.requestBody());
        request.put("stream", true);

        HttpResponse<String> hidden = world.chat(customer, request.toString());

        assertThat(hidden.body())
                .isEqualTo(
                        String.join("", List.of(events).subList(0, events.length - 2))
                                + Streams.DONE);
        charged(customer, Streams.json(recording.responseBody()).path("usage"));
        assertThat(world.record(customer).streamed()).isTrue();

        World.Customer asking = world.customer("1");
        request.putObject("stream_options").put("include_usage", true);
        HttpResponse<String> shown = world.chat(asking, request.toString());
        List<String> data = Streams.data(shown.body());
        JsonNode last = Streams.json(data.get(data.size() - 2));
        ObjectNode usage = ((ObjectNode) last.path("usage")).deepCopy();
        JsonNode cost = usage.remove("cost");
        assertThat(usage).isEqualTo(Streams.json(recording.responseBody()).path("usage"));
        assertThat(cost.decimalValue())
                .isEqualByComparingTo(world.record(asking).amount().toDollars());
        assertThat(last.path("x_scrip").path("balance").asText())
                .isEqualTo(world.credit(asking).exact());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void recordedStreams(Recording recording) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.replay(recording).inPiecesOf(101));

        HttpResponse<String> answer = world.chat(customer, recording.requestBody());

        assertThat(answer.body().stripTrailing())
                .isEqualTo(recording.responseBody().stripTrailing());
        UsageRecord record = world.record(customer);
        TokenCounter counter = TokenCounter.of(World.MODEL);
        assertThat(record.estimated()).isTrue();
        assertThat(record.outputTokens())
                .isEqualTo(counter.output(Streams.written(recording.responseBody())))
                .isGreaterThan(10);
        assertThat(record.inputTokens()).isBetween(7L, 10L);
        assertThat(record.amount())
                .isEqualTo(World.cost(record.inputTokens(), 0, record.outputTokens()));
        assertThat(Streams.json(world.upstream.arrivals().getLast().body()).at("/stream_options"))
                .hasToString("{\"include_usage\":true}");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalsCostNothing(Recording recording) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.replay(recording));

        HttpResponse<String> answer = world.chat(customer, recording.requestBody());

        assertThat(answer.statusCode()).isEqualTo(recording.status());
        assertThat(Streams.json(answer.body())).isEqualTo(Streams.json(recording.responseBody()));
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    private void charged(World.Customer customer, JsonNode usage) {
        long input = usage.path("prompt_tokens").longValue();
        long cached = usage.at("/prompt_tokens_details/cached_tokens").longValue();
        long output = usage.path("completion_tokens").longValue();
        UsageRecord record = world.record(customer);
        assertThat(record.inputTokens()).isEqualTo(input);
        assertThat(record.cachedInputTokens()).isEqualTo(cached);
        assertThat(record.outputTokens()).isEqualTo(output);
        assertThat(record.reasoningTokens())
                .isEqualTo(usage.at("/completion_tokens_details/reasoning_tokens").longValue());
        assertThat(record.estimated()).isFalse();
        assertThat(record.ending()).isEqualTo("completed");
        assertThat(record.amount()).isEqualTo(World.cost(input, cached, output));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
        assertThat(record.balanceAfter()).isEqualTo(world.credit(customer));
    }

    private void sentOnAsItCame(Recording recording) {
        FakeUpstream.Arrival arrival = world.upstream.arrivals().getLast();
        ObjectNode sent = (ObjectNode) Streams.json(arrival.body());
        ObjectNode asked = (ObjectNode) Streams.json(recording.requestBody());
        long bound = asked.path("max_completion_tokens").asLong(World.OUTPUT_TOKENS_MAX);
        assertThat(sent.path("max_completion_tokens").longValue()).isEqualTo(bound);
        sent.remove("max_completion_tokens");
        asked.remove("max_completion_tokens");
        assertThat(sent).isEqualTo(asked);
        assertThat(arrival.headers())
                .containsEntry("authorization", "Bearer " + World.UPSTREAM_KEY)
                .containsOnlyKeys(
                        "authorization",
                        "content-type",
                        "content-length",
                        "accept",
                        "host",
                        "user-agent");
    }
}
