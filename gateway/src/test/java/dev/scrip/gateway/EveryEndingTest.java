package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.UpstreamScript;
import dev.scrip.testing.UpstreamScript.End;
import dev.scrip.testing.Wire;
import dev.scrip.testing.Wire.Told;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which an upstream or a client can misbehave in mid-stream, for every endpoint. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryEndingTest {

    private static final String FIVE_WORDS = "one two three four five";
    private static final Told USAGE = new Told(20, 5, 77);

    private final List<World.Customer> free = new ArrayList<>();
    private World world;

    @BeforeAll
    void open() {
        world = new World();
    }

    @AfterAll
    void close() {
        free.forEach(world::nothingHeld);
        world.close();
    }

    private HttpResponse<String> ask(World.Customer customer, Wire wire, String model) {
        return world.post(customer, wire.path(), wire.request(model, true));
    }

    private String stream(World.Customer customer, Wire wire) {
        HttpResponse<String> answer = ask(customer, wire, World.MODEL);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static UpstreamScript script(String... events) {
        return UpstreamScript.stream(events);
    }

    private void costsNothing(World.Customer customer) {
        free.add(customer); // nothing of it is held, in the end
        assertThat(world.records(customer)).isEmpty();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    private void costsUsage(World.Customer customer, Wire wire, String ending) {
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo(ending);
        assertThat(record.estimated()).isFalse();
        assertThat(record.streamed()).isTrue();
        assertThat(record.endpoint()).isEqualTo(wire.path().substring(1).replace('/', '.'));
        assertThat(record.amount()).isEqualTo(World.cost(20, 5, 77));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
    }

    /** The input is "Hello!", in chat with "user" and what is around messages. */
    private void costsCount(World.Customer customer, Wire wire, long output, String ending) {
        long input =
                switch (wire) {
                    case CHAT -> 9;
                    case RESPONSES -> 8;
                    case COMPLETIONS -> 2;
                };
        UsageRecord record = world.record(customer);
        assertThat(record.ending()).isEqualTo(ending);
        assertThat(record.estimated()).isTrue();
        assertThat(record.inputTokens()).isEqualTo(input);
        assertThat(record.outputTokens()).isEqualTo(output);
        assertThat(record.amount()).isEqualTo(World.cost(input, 0, output));
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1").minus(record.amount()));
    }

    private static void isBroken(Wire wire, String stream) {
        assertThat(wire.isComplete(stream)).isFalse();
        assertThat(stream).doesNotContain("the upstream's own words");
        String last = Wire.dataOf(stream).getLast();
        assertThat(Streams.json(last).toString()).contains("\"code\":");
    }

    // ---- before the first byte ----

    @ParameterizedTest
    @EnumSource
    void anErrorBeforeTheFirstByte(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.closes());
        assertThat(ask(customer, wire, World.MODEL).statusCode()).isEqualTo(502);
        world.upstream.behave(UpstreamScript.stalls());
        assertThat(ask(customer, wire, World.HURRIED).statusCode()).isEqualTo(504);
        for (int status : new int[] {500, 503, 529}) {
            world.upstream.behave(UpstreamScript.answer(status, "text/html", "<h1>out</h1>"));
            HttpResponse<String> failed = ask(customer, wire, World.MODEL);
            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(Streams.json(failed.body()).at("/error/code").asText())
                    .isEqualTo("upstream_error");
        }
        costsNothing(customer);
    }

    /** It is left alone until then, so that each endpoint asks at another time. */
    @Test
    void anUpstreamThatSaysWhenToComeAgain() {
        SettableClock clock = new SettableClock(Instant.now());
        try (World own = new World(World.LIMITS, clock, UsualUpstreams::at)) {
            World.Customer customer = own.customer("1");
            for (Wire wire : Wire.values()) {
                for (int status : new int[] {429, 503}) {
                    own.upstream.behave(
                            UpstreamScript.json(status, "{\"error\":{\"message\":\"slow\"}}")
                                    .header("retry-after", "7"));
                    HttpResponse<String> busy =
                            own.post(customer, wire.path(), wire.request(World.MODEL, true));
                    assertThat(busy.statusCode()).isEqualTo(status == 429 ? 429 : 502);
                    assertThat(busy.headers().firstValue("retry-after")).contains("7");
                    clock.advance(Duration.ofSeconds(8));
                }
            }
            own.nothingHeld(customer);
            assertThat(own.records(customer)).isEmpty();
            assertThat(own.upstream.count()).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerOfTheWrongType(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, wire.whole(FIVE_WORDS, USAGE)));
        assertThat(ask(customer, wire, World.MODEL).statusCode()).isEqualTo(502);
        world.upstream.behave(UpstreamScript.answer(200, "text/html", "<h1>Sign in</h1>"));
        assertThat(ask(customer, wire, World.MODEL).statusCode()).isEqualTo(502);
        world.upstream.behave(script(wire.stream(List.of(FIVE_WORDS), USAGE)));
        assertThat(world.post(customer, wire.path(), wire.request(World.MODEL, false)).statusCode())
                .isEqualTo(502);
        world.upstream.behave(UpstreamScript.stream("data: <html>\n\n"));
        assertThat(ask(customer, wire, World.MODEL).statusCode()).isEqualTo(502);
        costsNothing(customer);
    }

    // ---- after it ----

    @ParameterizedTest
    @EnumSource
    void anErrorBeforeAnythingIsWritten(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(script(wire.opening(), wire.failure(null)));
        isBroken(wire, stream(customer, wire));
        world.upstream.behave(script(wire.opening()).ending(End.CUT));
        isBroken(wire, stream(customer, wire));
        costsNothing(customer);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorInTheMiddle(Wire wire) {
        for (End end : End.values()) {
            World.Customer customer = world.customer("1");
            String failure = end == End.COMPLETE ? wire.failure(null) : "";
            world.upstream.behave(
                    script(wire.opening(), wire.text(FIVE_WORDS), failure).ending(end));
            String got = ask(customer, wire, World.HURRIED).body();

            isBroken(wire, got);
            assertThat(wire.written(got)).isEqualTo(FIVE_WORDS);
            costsCount(customer, wire, 5, "upstream_cut");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorThatTellsTheUsage(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(script(wire.opening(), wire.text("one"), wire.failure(USAGE)));
        isBroken(wire, stream(customer, wire));
        costsUsage(customer, wire, "upstream_cut");
    }

    @ParameterizedTest
    @EnumSource
    void anEventThatIsNone(Wire wire) {
        for (String odd : List.of("data: {]\n\n", "data: 7\n\n", "data: {}\n\n")) {
            World.Customer customer = world.customer("1");
            world.upstream.behave(script(wire.text(FIVE_WORDS), odd, wire.end(USAGE)));
            isBroken(wire, stream(customer, wire));
            costsCount(customer, wire, 5, "upstream_cut");
        }
    }

    @ParameterizedTest
    @EnumSource
    void giantLines(Wire wire) {
        World.Customer patient = world.customer("1");
        String large = "word ".repeat(100_000);
        world.upstream.behave(script(wire.stream(List.of(large), USAGE)));
        assertThat(wire.written(stream(patient, wire))).isEqualTo(large);
        costsUsage(patient, wire, "completed");

        World.Customer customer = world.customer("1");
        world.upstream.behave(
                script(wire.text(FIVE_WORDS), wire.text("x".repeat(5 << 20)), wire.end(USAGE)));
        isBroken(wire, stream(customer, wire));
        costsCount(customer, wire, 5, "upstream_cut");
    }

    // ---- to the end ----

    @ParameterizedTest
    @EnumSource
    void toTheEnd(Wire wire) {
        World.Customer customer = world.customer("1");
        String[] events = wire.stream(List.of("größer ", "als 😀 — ", "日本語"), USAGE);
        world.upstream.behave(script(events).inPiecesOf(1));
        String got = stream(customer, wire);

        assertThat(wire.isComplete(got)).isTrue();
        assertThat(wire.written(got)).isEqualTo("größer als 😀 — 日本語");
        costsUsage(customer, wire, "completed");
    }

    @ParameterizedTest
    @EnumSource
    void aSlowDrip(Wire wire) {
        World.Customer customer = world.customer("1");
        String[] events = wire.stream(Collections.nCopies(8, "drip "), USAGE);
        world.upstream.behave(script(events).paced(Duration.ofMillis(60)));
        String got = ask(customer, wire, World.HURRIED).body();

        assertThat(wire.isComplete(got)).isTrue();
        assertThat(wire.written(got)).isEqualTo("drip ".repeat(8));
        costsUsage(customer, wire, "completed");
    }

    @ParameterizedTest
    @EnumSource
    void withoutUsage(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(script(wire.stream(List.of(FIVE_WORDS), null)));
        String got = stream(customer, wire);

        assertThat(wire.isComplete(got)).isTrue();
        costsCount(customer, wire, 5, "completed");
    }

    @ParameterizedTest
    @EnumSource
    void usageToldAgainAfterTheEnd(Wire wire) {
        World.Customer customer = world.customer("1");
        List<String> events =
                new ArrayList<>(Arrays.asList(wire.stream(List.of(FIVE_WORDS), USAGE)));
        events.add(wire.end(new Told(20, 5, 99))); // after the end nothing counts
        world.upstream.behave(script(events.toArray(String[]::new)));
        assertThat(wire.isComplete(stream(customer, wire))).isTrue();
        costsUsage(customer, wire, "completed");
    }

    // ---- the client leaves ----

    @ParameterizedTest
    @EnumSource
    void theClientLeavesBeforeAnything(Wire wire) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.stalls());
        world.upstream.clear();
        CompletableFuture<HttpResponse<String>> answer =
                world.postLater(customer, wire.path(), wire.request(World.MODEL, true));
        World.await(() -> world.upstream.count() == 1);
        answer.cancel(true);
        costsCount(customer, wire, 0, "client_gone");
    }

    @ParameterizedTest
    @EnumSource
    void theClientLeavesInTheMiddle(Wire wire) throws IOException {
        World.Customer customer = world.customer("1");
        String[] events = wire.stream(List.of(FIVE_WORDS, " six", " seven"), USAGE);
        world.upstream.behave(script(events).paced(Duration.ofMillis(40)));
        leaveAfter(customer, wire, wire.text(FIVE_WORDS));
        costsUsage(customer, wire, "client_gone");
    }

    @ParameterizedTest
    @EnumSource
    void theClientLeavesInTheMiddleOfAnEndlessAnswer(Wire wire) throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(script(wire.opening(), wire.text(FIVE_WORDS)).ending(End.STALL));
        leaveAfter(customer, wire, wire.text(FIVE_WORDS));
        costsCount(customer, wire, 5, "client_gone");
    }

    @ParameterizedTest
    @EnumSource
    void theClientLeavesJustBeforeTheEnd(Wire wire) throws IOException {
        World.Customer customer = world.customer("1");
        String finish = wire.finish("stop");
        String[] events = {
            wire.opening(), wire.text(FIVE_WORDS), finish, ": wait\n\n", wire.end(USAGE)
        };
        world.upstream.behave(script(events).paced(Duration.ofMillis(60)));
        leaveAfter(customer, wire, finish);
        costsUsage(customer, wire, "client_gone");
    }

    private void leaveAfter(World.Customer customer, Wire wire, String event) throws IOException {
        try (InputStream body =
                world.open(customer, wire.path(), wire.request(World.MODEL, true)).body()) {
            StringBuilder got = new StringBuilder();
            while (got.indexOf(event) < 0) {
                int next = body.read();
                assertThat(next).as(got.toString()).isNotNegative();
                got.append((char) next);
            }
            assertThat(got.toString().getBytes(StandardCharsets.ISO_8859_1)).isNotEmpty();
        }
    }

    /** A client that stops reading must not make the gateway collect a whole answer for it. */
    @ParameterizedTest
    @EnumSource(names = "RESPONSES") // chat: EndingsTest
    void theClientDoesNotRead(Wire wire) {
        World.Customer customer = world.customer("1");
        List<String> large = Collections.nCopies(200, "word ".repeat(20_000));
        world.upstream.behave(script(wire.stream(large, USAGE)));
        world.upstream.clear();
        world.open(customer, wire.path(), wire.request(World.HURRIED, true));
        UsageRecord record = world.record(customer);

        assertThat(record.ending()).isEqualTo("client_gone");
        assertThat(record.outputTokens()).isPositive();
        assertThat(world.upstream.arrivals().getFirst().piecesSent()).isLessThan(200);
    }
}
