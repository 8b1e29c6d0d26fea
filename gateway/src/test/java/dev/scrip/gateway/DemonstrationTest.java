package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.UpstreamScript;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The built-in model through the same gate as every other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemonstrationTest {

    @AutoClose private final World world = new World();

    private static String ask(String more) {
        return """
        {"model":"scrip-demo","messages":[{"role":"user","content":"Write 120 words about rivers"}]%s}"""
                .formatted(more);
    }

    private Money charged(World.Customer customer, JsonNode usage) {
        UsageRecord record = world.record(customer);
        assertThat(record.upstream()).isEqualTo("demo");
        assertThat(record.inputTokens()).isEqualTo(usage.path("prompt_tokens").longValue());
        assertThat(record.outputTokens()).isEqualTo(usage.path("completion_tokens").longValue());
        assertThat(record.amount())
                .isEqualTo(World.cost(record.inputTokens(), 0, record.outputTokens()));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
        return record.amount();
    }

    @Test
    void aStreamSaysWhatThePlainAnswerSaysAndCostsTheSame() {
        World.Customer first = world.customer("1");
        World.Customer second = world.customer("1");
        JsonNode plain = Streams.json(world.chat(first, ask("")).body());
        HttpResponse<String> stream =
                world.chat(
                        second,
                        ask(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        String text = plain.at("/choices/0/message/content").asText();
        assertThat(text).contains("rivers");
        assertThat(text.split("\\s+").length).isBetween(120, 150);
        assertThat(plain.path("object").asText()).isEqualTo("chat.completion");
        assertThat(plain.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(Streams.written(stream.body())).isEqualTo(text);
        assertThat(stream.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        List<String> data = Streams.data(stream.body());
        assertThat(data.getLast()).isEqualTo("[DONE]");
        JsonNode usage = Streams.json(data.get(data.size() - 2)).path("usage");
        assertThat(usage.path("completion_tokens")).isEqualTo(plain.at("/usage/completion_tokens"));
        Money cost = charged(first, plain.path("usage"));
        assertThat(charged(second, usage)).isEqualTo(cost);
        assertThat(usage.path("cost").decimalValue()).isEqualByComparingTo(cost.toDollars());
    }

    @Test
    void honoursBoundChoicesAndStop() {
        World.Customer customer = world.customer("1");
        JsonNode bound =
                Streams.json(world.chat(customer, ask(",\"max_tokens\":7,\"n\":2")).body());

        assertThat(bound.path("choices")).hasSize(2);
        assertThat(bound.at("/choices/1/index").intValue()).isEqualTo(1);
        assertThat(bound.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(bound.at("/usage/completion_tokens").intValue()).isEqualTo(14);
        charged(customer, bound.path("usage"));

        World.Customer streaming = world.customer("1");
        String body =
                world.chat(streaming, ask(",\"max_completion_tokens\":7,\"n\":2,\"stream\":true"))
                        .body();
        assertThat(body).doesNotContain("\"usage\"");
        assertThat(Streams.data(body).stream().filter(data -> data.contains("\"length\"")))
                .hasSize(2);
        assertThat(world.record(streaming).outputTokens()).isEqualTo(14);
    }

    @Test
    void drainingLetsTheRunningEndAndRefusesTheNext() throws IOException {
        try (World stopping = new World()) {
            World.Customer customer = stopping.customer("1");
            stopping.upstream.behave(
                    UpstreamScript.stream(Streams.content("a b c"))
                            .ending(UpstreamScript.End.STALL));
            var running =
                    stopping.open(
                            customer,
                            """
                            {"model":"gpt-5-nano","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
            World.await(() -> stopping.upstream.count() == 1);
            var drained = stopping.gateway.drain(Duration.ofMillis(500)).toCompletableFuture();
            HttpResponse<String> refused = stopping.chat(customer, ask(""));

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isEqualTo(Optional.of("5"));
            World.join(drained);
            UsageRecord record = stopping.record(customer);
            assertThat(record.ending()).isEqualTo("gateway_stopped");
            assertThat(record.outputTokens()).isEqualTo(3);
            try (var rest = running.body()) {
                assertThat(new String(rest.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("upstream_cut")
                        .doesNotContain("[DONE]");
            }
        }
    }
}
