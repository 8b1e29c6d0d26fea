package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Ids;
import dev.scrip.testing.UpstreamScript;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An upstream with room for one request, and a line of one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoomTest {

    private static final String CHAT =
            """
            {"model":"gpt-5-nano","messages":[{"role":"user","content":"Hello!"}],"max_tokens":100}""";
    private static final String ANSWER =
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"one"},
            "finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":7}}""";

    @AutoClose
    private final World world =
            new World(World.LIMITS, InstantSource.system(), RoomTest::upstreams);

    @BeforeEach
    void clear() {
        world.upstream.clear();
    }

    private static Upstreams upstreams(URI fake) {
        return new Upstreams(
                List.of(
                        new Upstream.OpenAiCompatible(
                                "narrow",
                                new Upstream.Server(fake, null, Upstream.Manner.OPENAI),
                                Map.of(World.MODEL, World.MODEL),
                                Map.of(),
                                new Upstream.Policy(0, 1, 1, 1, Duration.ofSeconds(2), 0),
                                Upstream.Timeouts.DEFAULT)));
    }

    private UpstreamHealth health() {
        return world.gateway.upstreams().getFirst();
    }

    private static String code(HttpResponse<String> answer) {
        return Streams.json(answer.body()).at("/error/code").asText();
    }

    @Test
    void whoFindsNoRoomWaitsThenIsToldWhenToComeAgain() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, ANSWER).thinking(Duration.ofMillis(200)));
        CompletableFuture<HttpResponse<String>> first = world.chatLater(customer, CHAT);
        World.await(() -> world.upstream.count() == 1);
        CompletableFuture<HttpResponse<String>> second = world.chatLater(customer, CHAT);
        assertThat(World.join(first).statusCode()).isEqualTo(200);
        assertThat(World.join(second).statusCode()).isEqualTo(200);

        world.upstream.behave(UpstreamScript.stalls());
        CompletableFuture<HttpResponse<String>> slow = world.chatLater(customer, CHAT);
        World.await(() -> world.upstream.count() == 3);
        CompletableFuture<HttpResponse<String>> waits = world.chatLater(customer, CHAT);
        World.await(() -> health().waiting() == 1);
        HttpResponse<String> full = world.chat(customer, CHAT);
        for (HttpResponse<String> busy : List.of(full, World.join(waits))) {
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(code(busy)).isEqualTo("upstream_busy");
            assertThat(busy.headers().firstValue("retry-after")).contains("1");
        }
        slow.cancel(true);
        World.await(() -> health().running() == 0);
        assertThat(world.upstream.count()).isEqualTo(3);
        world.nothingHeld(customer);
    }

    @Test
    void whoHangsUpWhileWaitingLeavesTheLine() {
        World.Customer running = world.customer("1");
        World.Customer leaving = world.customer("1");
        world.upstream.behave(UpstreamScript.stalls());
        CompletableFuture<HttpResponse<String>> first = world.chatLater(running, CHAT);
        World.await(() -> world.upstream.count() == 1);
        CompletableFuture<HttpResponse<String>> second = world.chatLater(leaving, CHAT);
        World.await(() -> health().waiting() == 1);
        try (LogLines log = new LogLines(AccessLog.NAME)) {
            String leavers = Ids.print("org_", leaving.organizationId());
            second.cancel(true);
            World.await(() -> health().waiting() == 0);
            World.await(() -> log.lines().stream().anyMatch(line -> line.contains(leavers)));
            assertThat(log.lines())
                    .filteredOn(line -> line.contains(leavers))
                    .singleElement()
                    .asString()
                    .contains("\"client_gone\"")
                    .doesNotContain("\"code\""); // it was told nothing
        }
        world.nothingHeld(leaving);

        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(leaving)).isEmpty();
        first.cancel(true);
        World.await(() -> health().running() == 0);
    }

    @Test
    void whoWaitsWhenTheProcessStopsIsToldSo() {
        try (World other = new World(World.LIMITS, InstantSource.system(), RoomTest::upstreams)) {
            World.Customer customer = other.customer("1");
            other.upstream.behave(UpstreamScript.stalls());
            CompletableFuture<HttpResponse<String>> running = other.chatLater(customer, CHAT);
            World.await(() -> other.upstream.count() == 1);
            CompletableFuture<HttpResponse<String>> waiting = other.chatLater(customer, CHAT);
            World.await(
                    () ->
                            other.gateway.upstreams().stream()
                                    .anyMatch(upstream -> upstream.waiting() == 1));
            World.join(other.gateway.drain(Duration.ofMillis(50)).toCompletableFuture());

            for (CompletableFuture<HttpResponse<String>> each : List.of(running, waiting)) {
                assertThat(World.join(each).statusCode()).isEqualTo(503);
                assertThat(code(World.join(each))).isEqualTo("shutting_down");
            }
            assertThat(other.records(customer)).isEmpty();
            other.nothingHeld(customer);
        }
    }
}
