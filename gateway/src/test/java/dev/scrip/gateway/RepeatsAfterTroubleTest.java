package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Call;
import dev.scrip.charging.Earlier;
import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestIds;
import dev.scrip.charging.RequestKey;
import dev.scrip.ledger.Incarnation;
import dev.scrip.ledger.Payer;
import dev.scrip.metering.UsageRecord;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import dev.scrip.testing.UpstreamScript;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Repeated requests whose first answer was not read, not kept, or given by another process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatsAfterTroubleTest {

    @AutoClose private final World world = KeyedCalls.patientWorld();
    private final KeyedCalls calls = new KeyedCalls(world);

    // ---- the client is gone ----

    @Test
    void whoLeavesFindsTheAnswerThatCameAfterwards() {
        World.Customer customer = world.customer("1");
        CountDownLatch open = new CountDownLatch(1);
        calls.behave(open, UpstreamScript.json(200, KeyedCalls.completion("for later")));
        CompletableFuture<HttpResponse<String>> first =
                calls.later(world, customer, "left", KeyedCalls.CHATS, KeyedCalls.chat(""));
        World.await(() -> world.upstream.count() == 1);
        first.cancel(true);
        open.countDown();
        UsageRecord record = world.record(customer);
        HttpResponse<String> answer = calls.askOnceIdle(customer, "left", KeyedCalls.chat(""));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("for later");
        assertThat(KeyedCalls.header(answer, "idempotency-replayed")).isEqualTo("true");
        assertThat(KeyedCalls.header(answer, KeyedCalls.REQUEST_ID))
                .isEqualTo(RequestIds.print(record.requestId()));
        assertThat(record.amount()).isEqualTo(KeyedCalls.COMPLETION_COST);
        assertThat(world.records(customer)).hasSize(1);
    }

    @Test
    void whoLeavesAStreamFindsAllOfItThatWasCharged() throws IOException {
        World.Customer customer = world.customer("1");
        calls.behave(
                UpstreamScript.stream(
                                Streams.content("one "),
                                Streams.content("two "),
                                Streams.content("three "),
                                Streams.finish(),
                                Streams.DONE)
                        .paced(Duration.ofMillis(40)));
        String body = KeyedCalls.chat(",\"stream\":true");
        leaveAfterFirstByte(world, customer, "left", body);
        UsageRecord record = world.record(customer);
        HttpResponse<String> answer = calls.askOnceIdle(customer, "left", body);
        assertThat(Streams.written(answer.body())).isEqualTo("one two three ");
        assertThat(answer.body()).endsWith(Streams.DONE);
        assertThat(record.outputTokens())
                .isEqualTo(TokenCounter.of(World.MODEL).output("one two three "));
        assertThat(world.records(customer)).hasSize(1);
    }

    @Test
    void anAnswerThatWasNotReadToItsEndIsNamedAndNotRunAgain() throws IOException {
        World.Customer customer = world.customer("1");
        calls.behave(
                UpstreamScript.stream(Streams.content("one two three"))
                        .ending(UpstreamScript.End.STALL));
        String body = KeyedCalls.chat(",\"stream\":true");
        try (World hasty = World.beside(world)) {
            leaveAfterFirstByte(hasty, customer, "cut", body);
            UsageRecord record = world.record(customer);
            assertThat(record.ending()).isEqualTo("client_gone");
            HttpResponse<String> refused = calls.askOnceIdle(customer, "cut", body);
            KeyedCalls.isNotKept(refused, record.requestId(), "the client left");
        }
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(customer)).hasSize(1);
    }

    private static void leaveAfterFirstByte(
            World at, World.Customer customer, String key, String body) throws IOException {
        HttpResponse<InputStream> opened =
                World.join(
                        at.client.sendAsync(
                                KeyedCalls.keyed(at.chatRequest(customer.secret(), body), key),
                                HttpResponse.BodyHandlers.ofInputStream()));
        try (InputStream stream = opened.body()) {
            assertThat(stream.read()).isNotNegative();
        }
    }

    @Test
    void whatIsTooLargeToBeKeptIsGivenOnce() {
        World.Customer customer = world.customer("1");
        String large = KeyedCalls.completion("word ".repeat(World.KEPT_BYTES_MAX / 5));
        calls.behave(UpstreamScript.json(200, large));
        HttpResponse<String> first = calls.ask(customer, "large", KeyedCalls.chat(""));
        assertThat(first.body()).isEqualTo(large);
        HttpResponse<String> refused = calls.ask(customer, "large", KeyedCalls.chat(""));
        KeyedCalls.isNotKept(refused, world.record(customer).requestId(), "too large");
        assertThat(world.upstream.count()).isEqualTo(1);
    }

    // ---- other processes ----

    @Test
    void anotherProcessAnswersWhatThisOneWasAsked() {
        World.Customer customer = world.customer("1");
        try (World second = World.beside(world)) {
            CountDownLatch open = new CountDownLatch(1);
            calls.behave(open, UpstreamScript.json(200, KeyedCalls.completion("once")));
            CompletableFuture<HttpResponse<String>> first =
                    calls.later(world, customer, "two", KeyedCalls.CHATS, KeyedCalls.chat(""));
            World.await(() -> world.upstream.count() == 1);
            assertThat(
                            KeyedCalls.code(
                                    World.join(
                                            calls.later(
                                                    second,
                                                    customer,
                                                    "two",
                                                    KeyedCalls.CHATS,
                                                    KeyedCalls.chat("")))))
                    .isEqualTo("idempotency_request_running");
            open.countDown();
            HttpResponse<String> answer = World.join(first);
            KeyedCalls.isReplayOf(
                    World.join(
                            calls.later(
                                    second,
                                    customer,
                                    "two",
                                    KeyedCalls.CHATS,
                                    KeyedCalls.chat(""))),
                    answer);
            assertThat(world.upstream.count()).isEqualTo(1);
            assertThat(world.records(customer)).hasSize(1);
        }
    }

    @Test
    void whatADeadProcessDidNotChargeRunsAndWhatItChargedDoesNot() {
        World.Customer customer = world.customer("1");
        calls.behave(UpstreamScript.json(200, KeyedCalls.completion("at last")));
        try (World dying = World.beside(world)) {
            Hold charged = claim(dying, customer, "charged");
            Hold dropped = claim(dying, customer, "dropped");
            World.join(
                    dying.charging
                            .charge(
                                    charged,
                                    new Usage(9, 0, 2, 0, false),
                                    new Call(
                                            "chat.completions",
                                            "fake",
                                            false,
                                            Instant.now(),
                                            "completed"))
                            .toCompletableFuture());
            dying.charging.release(dropped);
            assertThat(KeyedCalls.code(calls.ask(customer, "charged", KeyedCalls.chat(""))))
                    .isEqualTo("idempotency_request_running");
            assertThat(KeyedCalls.code(calls.ask(customer, "dropped", KeyedCalls.chat(""))))
                    .isEqualTo("idempotency_request_running");
            UUID dead = newest(world).id();
            world.ledger.bury(dead, "a test");

            KeyedCalls.isNotKept(
                    calls.ask(customer, "charged", KeyedCalls.chat("")),
                    charged.requestId(),
                    "failed");
            assertThat(calls.ask(customer, "dropped", KeyedCalls.chat("")).body())
                    .contains("at last");
        }
        assertThat(world.upstream.count()).isEqualTo(1);
        assertThat(world.records(customer)).hasSize(2);
    }

    private static Incarnation newest(World world) {
        return world.ledger.incarnations().getLast();
    }

    /** As far as a request comes before it is sent to an upstream. */
    private static Hold claim(World at, World.Customer customer, String name) {
        long project = at.organizations.projects(customer.organizationId()).getFirst().id();
        Payer payer = new Payer(customer.organizationId(), project, customer.apiKeyId(), 1, null);
        Admission admission =
                World.join(
                        at.charging
                                .admit(payer, new Ask(World.MODEL, 10, OptionalLong.of(10), 1))
                                .toCompletableFuture());
        assertThat(admission).isInstanceOf(Admission.Held.class);
        Hold hold = ((Admission.Held) admission).hold();
        String hash =
                RequestHash.of(
                        new ChatEndpoint(),
                        Buffer.buffer(KeyedCalls.chat("").getBytes(StandardCharsets.UTF_8)));
        RequestKey key = new RequestKey(customer.organizationId(), project, name, hash);
        assertThat(World.join(at.keptAnswers.claim(key, hold).toCompletableFuture()))
                .isEqualTo(new Earlier.Nothing());
        return hold;
    }
}
