package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.scrip.metering.UsageRecord;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a collector of traces is told of real requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesTest {

    private static final String PARENT = "00f067aa0ba902b7";
    private static final String PROMPT = "Zanzibar-4711";

    private OtlpReceiver collector;
    private Tracing tracing;
    private World world;
    private int traces;

    @BeforeAll
    void open() {
        collector = new OtlpReceiver();
        tracing =
                Tracing.read(
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                collector.endpoint(),
                                "OTEL_BSP_SCHEDULE_DELAY",
                                "20"));
        world = new World(tracing);
    }

    @AfterAll
    void close() {
        world.close();
        tracing.close();
        collector.close();
    }

    private String newTrace() {
        traces++;
        return "4bf92f3577b34da6a3ce929d0e0e%04x".formatted(traces);
    }

    private HttpResponse<String> chat(World.Customer customer, String model, String trace) {
        String body =
                """
                {"model":"%s","stream":true,"stream_options":{"include_usage":true},
                "messages":[{"role":"user","content":"%s"}]}"""
                        .formatted(model, PROMPT);
        HttpRequest request =
                HttpRequest.newBuilder(world.chatRequest(customer.secret(), body), (_, _) -> true)
                        .header("traceparent", "00-" + trace + "-" + PARENT + "-01")
                        .header("tracestate", "vendor=far")
                        .header("baggage", "user=far")
                        .build();
        return World.join(world.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    private static OtlpReceiver.Told named(List<OtlpReceiver.Told> spans, String name) {
        assertThat(spans).filteredOn(span -> span.name().equals(name)).hasSize(1);
        return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void oneTraceForARequestThatIsCharged() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(
                        Streams.content("Hello"),
                        Streams.finish(),
                        Streams.usage(9, 0, 4),
                        Streams.DONE));
        String trace = newTrace();
        HttpResponse<String> answer = chat(customer, World.MODEL, trace);
        assertThat(answer.statusCode()).isEqualTo(200);
        UsageRecord record = world.record(customer);
        String requestId = answer.headers().firstValue("x-request-id").orElseThrow();

        List<OtlpReceiver.Told> spans = collector.trace(trace);
        OtlpReceiver.Told request = named(spans, "POST /v1/chat/completions");
        assertThat(request.parent()).isEqualTo(PARENT);
        assertThat(request.kind()).isEqualTo(2);
        assertThat(request.attributes())
                .contains(
                        entry("http.request.method", "POST"),
                        entry("http.route", "/v1/chat/completions"),
                        entry("http.response.status_code", 200L),
                        entry("gen_ai.operation.name", "chat"),
                        entry("gen_ai.request.model", World.MODEL),
                        entry("gen_ai.usage.input_tokens", 9L),
                        entry("gen_ai.usage.output_tokens", 4L),
                        entry("scrip.request_id", requestId),
                        entry("scrip.ending", "completed"),
                        entry("scrip.charge_nanos", record.amount().nanos()))
                .containsKeys("scrip.organization", "scrip.project");
        assertThat(request.status()).isZero();

        OtlpReceiver.Told attempt = named(spans, "chat gpt-5-nano");
        assertThat(attempt.kind()).isEqualTo(3);
        assertThat(attempt.attributes())
                .contains(
                        entry("gen_ai.provider.name", "openai"),
                        entry("gen_ai.usage.output_tokens", 4L),
                        entry("scrip.upstream", "fake"),
                        entry("server.address", "127.0.0.1"));
        assertThat(named(spans, "admit").attributes()).contains(entry("scrip.admitted", true));
        assertThat(named(spans, "settle").attributes())
                .contains(entry("scrip.charge_nanos", record.amount().nanos()));
        assertThat(spans).hasSize(4);
        assertThat(spans)
                .filteredOn(span -> !span.id().equals(request.id()))
                .allMatch(span -> span.parent().equals(request.id()));

        Map<String, String> there = world.upstream.arrivals().getLast().headers();
        assertThat(there)
                .containsEntry("traceparent", "00-" + trace + "-" + attempt.id() + "-01")
                .doesNotContainKeys("tracestate", "baggage");
        assertThat(collector.raw())
                .doesNotContain(PROMPT)
                .doesNotContain("Hello")
                .doesNotContain(customer.secret())
                .doesNotContain(World.UPSTREAM_KEY);
    }

    @Test
    void anAttemptThatFails() {
        World.Customer customer = world.customer("1");
        String trace = newTrace();
        assertThat(chat(customer, World.UNREACHABLE, trace).statusCode()).isEqualTo(502);

        List<OtlpReceiver.Told> spans = collector.trace(trace);
        OtlpReceiver.Told attempt = named(spans, "chat x");
        assertThat(attempt.status()).isEqualTo(2);
        assertThat(attempt.attributes()).contains(entry("error.type", "unreachable"));
        OtlpReceiver.Told request = named(spans, "POST /v1/chat/completions");
        assertThat(request.status()).isEqualTo(2);
        assertThat(request.attributes())
                .contains(entry("scrip.charge_nanos", 0L), entry("error.type", "502"));
        assertThat(spans).hasSize(3);
    }

    @Test
    void aRequestThatIsRefused() {
        String trace = newTrace();
        HttpResponse<String> answer = chat(world.customer("0"), World.MODEL, trace);

        List<OtlpReceiver.Told> spans = collector.trace(trace);
        assertThat(named(spans, "admit").attributes()).contains(entry("scrip.admitted", false));
        assertThat(named(spans, "POST /v1/chat/completions").attributes())
                .contains(
                        entry("http.response.status_code", (long) answer.statusCode()),
                        entry("scrip.ending", "refused"));
        assertThat(spans).hasSize(2);
    }

    @Test
    void nothingIsTracedUnlessACollectorIsNamed() {
        assertThat(Tracing.read(Map.of("OTEL_SERVICE_NAME", "x"))).isSameAs(Tracing.OFF);
        assertThat(
                        Tracing.read(
                                Map.of(
                                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                                        collector.endpoint(),
                                        "OTEL_SDK_DISABLED",
                                        "true")))
                .isSameAs(Tracing.OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_SAMPLER"})
    void whatCannotBeUsedIsSaid(String name) {
        Map<String, String> wrong =
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(), name, "grpc");
        assertThatThrownBy(() -> Tracing.read(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("OTEL_");
    }
}
