package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.money.Money;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With an {@code Idempotency-Key} the same request is charged once and answered the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatedRequestsTest {

    @AutoClose private final World world = KeyedCalls.patientWorld();
    private final KeyedCalls calls = new KeyedCalls(world);

    // ---- the same again ----

    @Test
    void anAnswerInOnePieceIsGivenAgain() {
        World.Customer customer = world.customer("1");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("first")));
        String body = KeyedCalls.chat(",\"usage\":{\"include\":true}");
        HttpResponse<String> first = calls.ask(customer, "plain", body);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(KeyedCalls.header(first, KeyedCalls.COST))
                .isEqualTo(KeyedCalls.COMPLETION_COST.exact());

        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("second")));
        KeyedCalls.isReplayOf(calls.ask(customer, "plain", body), first);
        KeyedCalls.isReplayOf(calls.ask(customer, "plain", body), first);
        assertThat(world.upstream.count()).isZero();
        assertThat(world.record(customer).amount()).isEqualTo(KeyedCalls.COMPLETION_COST);
        assertThat(world.credit(customer))
                .isEqualTo(Money.ofDollars("1").minus(KeyedCalls.COMPLETION_COST));
        world.nothingHeld(customer);

        HttpResponse<String> other = calls.ask(customer, "plain 2", body);
        assertThat(other.body()).contains("second");
        assertThat(KeyedCalls.header(other, "idempotency-replayed")).isEmpty();
        assertThat(world.chat(customer, body).body()).as("without a key").contains("second");
        assertThat(world.records(customer)).hasSize(3);
    }

    @Test
    void aStreamIsGivenAgainToTheByte() {
        World.Customer customer = world.customer("1");
        calls.behave(
                UpstreamScript.stream(
                        Streams.content("one "),
                        ": a comment\n\n",
                        Streams.content("twö"),
                        Streams.finish(),
                        Streams.usage(9, 0, 2),
                        Streams.DONE));
        String body =
                KeyedCalls.chat(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        HttpResponse<String> first = calls.ask(customer, "stream", body);
        assertThat(Streams.written(first.body())).isEqualTo("one twö");
        assertThat(first.body()).contains("\"cost\"").endsWith(Streams.DONE);

        KeyedCalls.isReplayOf(calls.ask(customer, "stream", body), first);
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.record(customer).amount()).isEqualTo(KeyedCalls.COMPLETION_COST);
    }

    @Test
    void aBrokenStreamThatWasChargedIsGivenAgain() {
        World.Customer customer = world.customer("1");
        calls.behave(
                UpstreamScript.stream(Streams.content("one two")).ending(UpstreamScript.End.CUT));
        HttpResponse<String> first =
                calls.ask(customer, "broken", KeyedCalls.chat(",\"stream\":true"));
        assertThat(first.body()).contains("upstream_cut");
        assertThat(world.record(customer).ending()).isEqualTo("upstream_cut");
        KeyedCalls.isReplayOf(
                calls.ask(customer, "broken", KeyedCalls.chat(",\"stream\":true")), first);
        assertThat(world.records(customer)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /responses | {"model":"scrip-demo","input":"Say hello"}
                    /responses | {"model":"scrip-demo","input":"Say hello","stream":true}
                    /completions | {"model":"scrip-demo","prompt":"Once","stream":true}
                    /embeddings | {"model":"scrip-demo","input":"a boat"}
                    /moderations | {"model":"free-moderation","input":"a boat"}
                    /images/generations | {"model":"scrip-demo-image","prompt":"a boat"}
                    /audio/speech | {"model":"scrip-demo-speech","input":"boat","voice":"alloy"}
                    """)
    void everyEndpointAnswersTheSame(String path, String body) {
        World.Customer customer = world.customer("1");
        HttpRequest request = KeyedCalls.keyed(world.request(customer.secret(), path, body), "any");
        List<HttpResponse<byte[]>> answers = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            answers.add(
                    World.join(
                            world.client.sendAsync(
                                    request, HttpResponse.BodyHandlers.ofByteArray())));
        }
        assertThat(answers.getFirst().statusCode()).as(path).isEqualTo(200);
        KeyedCalls.isReplayOf(answers.getLast(), answers.getFirst());
        assertThat(world.records(customer)).hasSize(1);
    }

    @Test
    void aFormIsTheSameWhateverStandsBetweenItsParts() {
        World.Customer customer = world.customer("1");
        calls.behave(
                UpstreamScript.json(
                        200, "{\"text\":\"hi\",\"usage\":{\"type\":\"duration\",\"seconds\":2}}"));
        HttpResponse<String> first = form(customer, "boundary-one", "sound");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        KeyedCalls.isReplayOf(form(customer, "another-boundary", "sound"), first);
        assertThat(KeyedCalls.code(form(customer, "boundary-one", "other")))
                .isEqualTo("idempotency_key_reused");
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(customer)).hasSize(1);
    }

    private HttpResponse<String> form(World.Customer customer, String boundary, String sound) {
        String part = "--" + boundary + "\r\ncontent-disposition: form-data; name=";
        String body =
                part
                        + "\"file\"; filename=\"a.mp3\"\r\ncontent-type: audio/mpeg\r\n\r\n"
                        + sound.repeat(400)
                        + "\r\n"
                        + part
                        + "\"model\"\r\n\r\nwhisper-1\r\n--"
                        + boundary
                        + "--\r\n";
        HttpRequest request =
                HttpRequest.newBuilder(world.url("/v1/audio/transcriptions"))
                        .header("authorization", "Bearer " + customer.secret())
                        .header("content-type", "multipart/form-data; boundary=" + boundary)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return World.join(
                world.client.sendAsync(
                        KeyedCalls.keyed(request, "form"), HttpResponse.BodyHandlers.ofString()));
    }

    // ---- another one ----

    @Test
    void aKeyStandsForOneRequestOfOneProject() {
        World.Customer customer = world.customer("1");
        World.Customer stranger = world.customer("1");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("mine")));
        assertThat(calls.ask(customer, "k", KeyedCalls.chat("")).statusCode()).isEqualTo(200);
        for (HttpResponse<String> refused :
                List.of(
                        calls.ask(customer, "k", KeyedCalls.chat(" ")),
                        World.join(
                                calls.later(
                                        world, customer, "k", "/completions", completions())))) {
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(KeyedCalls.code(refused)).isEqualTo("idempotency_key_reused");
            assertThat(KeyedCalls.header(refused, "x-should-retry")).isEqualTo("false");
        }
        assertThat(world.records(customer)).hasSize(1);
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("yours")));
        assertThat(calls.ask(stranger, "k", KeyedCalls.chat("")).body()).contains("yours");
    }

    private static String completions() {
        return "{\"model\":\"" + World.MODEL + "\",\"prompt\":\"Hello!\"}";
    }

    @Test
    void whatIsNoKeyIsRefused() {
        World.Customer customer = world.customer("1");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("never")));
        HttpResponse<String> tooLong = calls.ask(customer, "k".repeat(256), KeyedCalls.chat(""));
        HttpRequest twice =
                HttpRequest.newBuilder(
                                KeyedCalls.keyed(
                                        world.chatRequest(customer.secret(), KeyedCalls.chat("")),
                                        "one"),
                                (_, _) -> true)
                        .header("Idempotency-Key", "two")
                        .build();
        HttpResponse<String> two =
                World.join(world.client.sendAsync(twice, HttpResponse.BodyHandlers.ofString()));
        for (HttpResponse<String> refused : List.of(tooLong, two)) {
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(KeyedCalls.code(refused)).isEqualTo("invalid_idempotency_key");
        }
        assertThat(world.upstream.count()).isZero();
        assertThat(calls.ask(customer, "k".repeat(255), KeyedCalls.chat("")).statusCode())
                .isEqualTo(200);
    }

    // ---- at once ----

    @Test
    void ofManyAtOnceOneRuns() {
        World.Customer customer = world.customer("1");
        CountDownLatch open = new CountDownLatch(1);
        calls.behave(open, UpstreamScript.json(200, KeyedCalls.completion("once")));
        CompletableFuture<HttpResponse<String>> first =
                calls.later(world, customer, "crowd", KeyedCalls.CHATS, KeyedCalls.chat(""));
        World.await(() -> world.upstream.count() == 1);
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(
                    calls.later(world, customer, "crowd", KeyedCalls.CHATS, KeyedCalls.chat("")));
        }
        for (HttpResponse<String> other : others.stream().map(World::join).toList()) {
            assertThat(other.statusCode()).isEqualTo(409);
            assertThat(KeyedCalls.code(other)).isEqualTo("idempotency_request_running");
            assertThat(KeyedCalls.header(other, "retry-after")).isEqualTo("1");
        }
        open.countDown();
        HttpResponse<String> answer = World.join(first);
        assertThat(answer.statusCode()).isEqualTo(200);
        KeyedCalls.isReplayOf(calls.ask(customer, "crowd", KeyedCalls.chat("")), answer);
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(customer)).hasSize(1);
    }

    @Test
    void ofManyThatBeginTogetherOneRuns() {
        World.Customer customer = world.customer("1");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("once")));
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(
                    calls.later(
                            world, customer, "together", KeyedCalls.CHATS, KeyedCalls.chat("")));
        }
        Set<String> answers =
                all.stream()
                        .map(World::join)
                        .map(answer -> answer.statusCode() + " " + KeyedCalls.code(answer))
                        .collect(Collectors.toSet());
        assertThat(answers).isSubsetOf("200 ", "409 idempotency_request_running").contains("200 ");
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(customer)).hasSize(1);
        world.nothingHeld(customer);
    }

    // ---- nothing was charged ----

    @Test
    void whatWasRefusedForWantOfCreditRunsOnceThereIsSome() {
        World.Customer customer = world.customer("0");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("paid")));
        HttpResponse<String> refused = calls.ask(customer, "poor", KeyedCalls.chat(""));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(KeyedCalls.code(refused)).isEqualTo("credit_balance_exhausted");
        world.grant(customer, "1");
        HttpResponse<String> answer = calls.ask(customer, "poor", KeyedCalls.chat(""));
        assertThat(answer.statusCode()).isEqualTo(200);
        KeyedCalls.isReplayOf(calls.ask(customer, "poor", KeyedCalls.chat("")), answer);
        assertThat(world.records(customer)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500, 502, false", "400, 400, false", "500, 502, true"})
    void whatFailedAndCostNothingRunsAgain(int theirs, int ours, boolean streamed) {
        World.Customer customer = world.customer("1");
        String body = KeyedCalls.chat(streamed ? ",\"stream\":true" : "");
        calls.behave(UpstreamScript.json(theirs, "{\"error\":{\"message\":\"no\"}}"));
        assertThat(calls.ask(customer, "failed", body).statusCode()).isEqualTo(ours);
        assertThat(world.records(customer)).isEmpty();
        calls.behave(
                streamed
                        ? UpstreamScript.stream(
                                Streams.content("at last"),
                                Streams.finish(),
                                Streams.usage(9, 0, 2),
                                Streams.DONE)
                        : UpstreamScript.json(200, KeyedCalls.completion("at last")));
        HttpResponse<String> answer = calls.ask(customer, "failed", body);
        assertThat(answer.body()).contains("at last");
        KeyedCalls.isReplayOf(calls.ask(customer, "failed", body), answer);
    }
}
