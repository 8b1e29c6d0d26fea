package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.metering.UsageRecord;
import dev.scrip.testing.UpstreamScript;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an operator sees of requests: counted, in one line each, and never what they say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObservationTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern NAME = Pattern.compile("\\b(scrip|jvm|process)_[a-z_]+\\b");
    private static final String MARKER = "Zanzibar-4711";

    @AutoClose private final World world = new World();
    private LogLines log;

    @BeforeEach
    void listen() {
        log = new LogLines(AccessLog.NAME);
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    private static String chat(String model, String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"Say %s!"}],"max_tokens":50%s}"""
                .formatted(model, MARKER, more);
    }

    /** The line of the one request since the log is listened to. */
    private JsonNode line() {
        World.await(() -> !log.lines().isEmpty());
        assertThat(log.lines()).hasSize(1);
        return Streams.json(log.lines().getFirst());
    }

    private long counted(String series) {
        String text = new String(world.metrics.text(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(each -> each.startsWith(series + " "))
                .map(each -> each.substring(series.length() + 1).replaceFirst("\\.0$", ""))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    void anAnswerIsALineWithItsChargeAndIsCounted() {
        World.Customer customer = world.customer("1");
        String series =
                "scrip_requests_total{ending=\"completed\",endpoint=\"chat.completions\","
                        + "model=\"scrip-demo\",status=\"200\"}";
        String tokens = "scrip_tokens_total{kind=\"output\",model=\"scrip-demo\"}";
        long before = counted(series);
        long tokensBefore = counted(tokens);

        HttpResponse<String> answer = world.chat(customer, chat("scrip-demo", ""));

        JsonNode line = line();
        UsageRecord record = world.record(customer);
        assertThat(line.path("request_id").asText())
                .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow());
        assertThat(line.path("organization").asText()).startsWith("org_");
        assertThat(line.path("project").asText()).startsWith("proj_");
        assertThat(line.path("api_key").asText()).startsWith("key_");
        assertThat(line.path("endpoint").asText()).isEqualTo("chat.completions");
        assertThat(line.path("model").asText()).isEqualTo("scrip-demo");
        assertThat(line.path("upstream").asText()).isEqualTo("demo");
        assertThat(line.path("status").asInt()).isEqualTo(200);
        assertThat(line.path("ending").asText()).isEqualTo("completed");
        assertThat(line.path("input_tokens").asLong()).isEqualTo(record.inputTokens());
        assertThat(line.path("output_tokens").asLong()).isEqualTo(record.outputTokens());
        assertThat(line.path("charge").asText()).isEqualTo(record.amount().exact());
        assertThat(line.path("total_ms").decimalValue())
                .isGreaterThanOrEqualTo(line.path("upstream_ms").decimalValue());
        assertThat(counted(series)).isEqualTo(before + 1);
        assertThat(counted(tokens)).isEqualTo(tokensBefore + record.outputTokens());
    }

    @Test
    void aStreamThatTheClientLeavesSaysSo() throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.stream(Streams.content("one two three"))
                        .ending(UpstreamScript.End.STALL));
        try (InputStream body =
                world.open(customer, chat(World.MODEL, ",\"stream\":true")).body()) {
            assertThat(body.read()).isPositive();
        }
        JsonNode line = line();
        assertThat(line.path("ending").asText()).isEqualTo("client_gone");
        assertThat(line.path("stream").asBoolean()).isTrue();
        assertThat(line.path("estimated").asBoolean()).isTrue();
        assertThat(line.path("charge").asText()).isEqualTo(world.record(customer).amount().exact());
    }

    @Test
    void aRefusalSaysWhyAndTakesNoWordOfTheCaller() {
        world.chat(world.customer("1"), chat("no-such-" + MARKER, ""));
        JsonNode line = line();
        assertThat(line.path("status").asInt()).isEqualTo(404);
        assertThat(line.path("ending").asText()).isEqualTo("refused");
        assertThat(line.path("code").asText()).isEqualTo("model_not_found");
        assertThat(line.has("model")).isFalse();
        assertThat(line.has("charge")).isFalse();
        assertThat(line.path("organization").asText()).startsWith("org_");
    }

    @Test
    void anUpstreamThatFailsIsCounted() {
        world.upstream.behave(UpstreamScript.json(500, "{}"));
        String series = "scrip_upstream_attempts_total{outcome=\"refused\",upstream=\"fake\"}";
        long before = counted(series);
        world.chat(world.customer("1"), chat(World.MODEL, ""));
        JsonNode line = line();
        assertThat(line.path("status").asInt()).isEqualTo(502);
        assertThat(line.path("ending").asText()).isEqualTo("failed");
        assertThat(line.path("code").asText()).isEqualTo("upstream_error");
        assertThat(line.path("upstream").asText()).isEqualTo("fake");
        assertThat(counted(series)).isEqualTo(before + 1);
    }

    @Test
    void whatIsNoRequestToAModelIsALineToo() {
        world.send(world.customer("0"), "GET", "/models");
        JsonNode line = line();
        assertThat(line.path("endpoint").asText()).isEqualTo("models");
        assertThat(line.path("ending").asText()).isEqualTo("completed");
        assertThat(line.path("api_key").asText()).startsWith("key_");
    }

    @Test
    void noLogLineHasAWordOfAPromptOrAnAnswerOrASecret() {
        World.Customer customer = world.customer("1");
        World.Customer poor = world.customer("0");
        String echo = "{\"error\":{\"message\":\"%s\",\"code\":\"%s\"}}".formatted(MARKER, MARKER);
        try (LogLines all = new LogLines("dev.scrip")) {
            for (String more : List.of("", ",\"stream\":true")) {
                world.chat(customer, chat("scrip-demo", more));
                world.chat(poor, chat("scrip-demo", more));
                world.chat(customer, chat("no-such-" + MARKER, more));
                world.chat(customer, chat(World.UNREACHABLE, more));
                world.chat(customer, chat(World.MODEL, ",\"n\":\"" + MARKER + "\"" + more));
                for (int status : List.of(400, 429, 500)) {
                    world.upstream.behave(UpstreamScript.json(status, echo));
                    world.chat(customer, chat(World.MODEL, more));
                }
                world.upstream.behave(UpstreamScript.json(200, MARKER));
                world.chat(customer, chat(World.MODEL, more));
                world.upstream.behave(
                        UpstreamScript.stream(Streams.content(MARKER), "data: " + MARKER + "\n\n"));
                world.chat(customer, chat(World.MODEL, more));
                world.chat(customer, "{\"model\": " + MARKER);
            }
            assertThat(all.lines())
                    .hasSizeGreaterThan(20)
                    .noneMatch(line -> line.contains(MARKER))
                    .noneMatch(line -> line.contains(customer.secret()))
                    .noneMatch(line -> line.contains(World.UPSTREAM_KEY));
        }
    }

    @Test
    void theDashboardAndThePageNameWhatThereIs() throws IOException {
        world.upstream.behave(
                UpstreamScript.stream(
                        Streams.content("one"),
                        Streams.finish(),
                        Streams.usage(5, 0, 1),
                        Streams.DONE));
        world.chat(world.customer("1"), chat(World.MODEL, ",\"stream\":true"));
        World.await(() -> !log.lines().isEmpty());
        Set<String> there = new TreeSet<>();
        new String(world.metrics.text(), StandardCharsets.UTF_8)
                .lines()
                .filter(each -> each.startsWith("# TYPE "))
                .forEach(each -> there.add(each.replaceFirst("# TYPE (\\S+) .*", "$1")));
        assertThat(there).hasSizeGreaterThan(15);
        assertThat(names("grafana-dashboard.json")).isNotEmpty().isSubsetOf(there);
        assertThat(names("observability.md")).isEqualTo(there);
    }

    /** The metrics that a document names; a histogram's series are the histogram. */
    private static Set<String> names(String document) throws IOException {
        Set<String> names = new TreeSet<>();
        NAME.matcher(Files.readString(DOCS.resolve(document)))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_(bucket|count|sum)$", ""))
                .forEach(names::add);
        return names;
    }
}
