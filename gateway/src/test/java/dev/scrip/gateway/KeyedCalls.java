package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.charging.RequestIds;
import dev.scrip.money.Money;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Requests with an {@code Idempotency-Key}, and what is told to them. */
record KeyedCalls(World world) {

    static final String CHATS = "/chat/completions";
    static final String COST = "x-scrip-cost";
    static final String REQUEST_ID = "x-request-id";
    static final Money COMPLETION_COST = World.cost(9, 0, 2);

    /** A world that waits for what comes after a client is gone. */
    static World patientWorld() {
        GatewaySettings.Limits limits = World.LIMITS;
        return new World(
                new GatewaySettings.Limits(
                        limits.requestsMax(),
                        limits.bodyBytesMax(),
                        limits.bodiesBytesMax(),
                        limits.answerBytesMax(),
                        Duration.ofSeconds(20),
                        limits.settlement()));
    }

    static String chat(String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Hello!"}],"max_tokens":1000%s}"""
                .formatted(World.MODEL, more);
    }

    static String completion(String text) {
        return """
        {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"""
                .formatted(text);
    }

    static HttpRequest keyed(HttpRequest request, String key) {
        return HttpRequest.newBuilder(request, (_, _) -> true)
                .header("Idempotency-Key", key)
                .build();
    }

    CompletableFuture<HttpResponse<String>> later(
            World at, World.Customer customer, String key, String path, String body) {
        return at.client.sendAsync(
                keyed(at.request(customer.secret(), path, body), key),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> ask(World.Customer customer, String key, String body) {
        return World.join(later(world, customer, key, CHATS, body));
    }

    /** The answer, as soon as nothing runs under the key any more. */
    HttpResponse<String> askOnceIdle(World.Customer customer, String key, String body) {
        List<HttpResponse<String>> last = new ArrayList<>();
        World.await(
                () -> {
                    last.clear();
                    last.add(ask(customer, key, body));
                    return !code(last.getFirst()).equals("idempotency_request_running");
                });
        return last.getFirst();
    }

    static String code(HttpResponse<String> answer) {
        return answer.statusCode() < 400
                ? ""
                : Streams.json(answer.body()).at("/error/code").asText();
    }

    static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    static void isReplayOf(HttpResponse<?> again, HttpResponse<?> first) {
        assertThat(again.statusCode()).isEqualTo(first.statusCode());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(header(first, "idempotency-replayed")).isEmpty();
        assertThat(header(again, "idempotency-replayed")).isEqualTo("true");
        for (String name : List.of(REQUEST_ID, "content-type", COST, "x-scrip-balance")) {
            assertThat(header(again, name)).as(name).isEqualTo(header(first, name));
        }
    }

    /** The upstream answers so, but not before the latch is open. */
    void behave(CountDownLatch open, UpstreamScript script) {
        world.upstream.clear();
        world.upstream.behave(
                _ -> {
                    try {
                        assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                    return script;
                });
    }

    void behave(UpstreamScript script) {
        world.upstream.clear();
        world.upstream.behave(script);
    }

    static void isNotKept(HttpResponse<String> refused, long requestId, String why) {
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(code(refused)).isEqualTo("idempotency_answer_not_kept");
        assertThat(refused.body()).contains(RequestIds.print(requestId)).contains(why);
        assertThat(header(refused, "x-should-retry")).isEqualTo("false");
    }
}
