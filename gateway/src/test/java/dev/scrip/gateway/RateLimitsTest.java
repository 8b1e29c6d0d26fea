package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.organizations.Actor;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.RateBounds;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUnit;
import dev.scrip.postgres.Ids;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Rate limits on the wire: headers, refusals, and what goes back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RateLimitsTest {

    private static final String BODY =
            """
            {"model":"gpt-5-nano","messages":[{"role":"user","content":"Hello!"}],"max_completion_tokens":2000}""";
    private static final String STREAMED = BODY.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final String ANSWER =
            """
            {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":500}}""";

    @AutoClose private final World world = new World();

    @Test
    void whatPassesIsToldHowItStands() {
        World.Customer customer = customer(RateUnit.REQUESTS_PER_MINUTE, 60);
        limit(customer, "gpt-5-nano", RateUnit.TOKENS_PER_MINUTE, 30_000);
        world.upstream.behave(UpstreamScript.json(200, ANSWER));

        HttpResponse<String> answer = world.chat(customer, BODY);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "limit-requests")).isEqualTo("60");
        assertThat(header(answer, "remaining-requests")).isEqualTo("14");
        assertThat(header(answer, "reset-requests")).isEqualTo("1s");
        assertThat(header(answer, "limit-tokens")).isEqualTo("30000");
        assertThat(Long.parseLong(header(answer, "remaining-tokens"))).isBetween(5_400L, 5_500L);
        assertThat(header(answer, "reset-tokens")).startsWith("4.");

        // 1500 were used in place of the 2000 and the few that were taken.
        HttpResponse<String> next = world.chat(customer, BODY);
        assertThat(Long.parseLong(header(next, "remaining-tokens"))).isBetween(3_900L, 4_500L);
    }

    @Test
    void aStreamIsToldToo() {
        World.Customer customer = customer(RateUnit.REQUESTS_PER_DAY, 500);
        world.upstream.behave(
                UpstreamScript.stream(Streams.content("Hi"), Streams.finish(), Streams.DONE));

        HttpResponse<String> answer = world.chat(customer, STREAMED);

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(header(answer, "remaining-requests")).isEqualTo("499");
        assertThat(header(answer, "reset-requests")).isEqualTo("2m52.8s");
        assertThat(answer.headers().firstValue("x-ratelimit-limit-tokens")).isEmpty();
    }

    @Test
    void whoIsNotLimitedIsToldNothing() {
        world.upstream.behave(UpstreamScript.json(200, ANSWER));

        assertThat(world.chat(world.customer("5"), BODY).headers().map().keySet())
                .noneMatch(name -> name.startsWith("x-ratelimit"));
    }

    @Test
    void whatDoesNotPassIsToldWhyAndWhenAndReachesNoUpstream() {
        World.Customer customer = customer(RateUnit.REQUESTS_PER_MINUTE, 4);
        world.upstream.behave(UpstreamScript.json(200, ANSWER));
        assertThat(world.chat(customer, BODY).statusCode()).isEqualTo(200);
        world.upstream.clear();

        HttpResponse<String> refused = world.chat(customer, BODY);

        JsonNode error = Streams.json(refused.body()).path("error");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(error.path("code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(error.path("type").asText()).isEqualTo("requests");
        assertThat(error.path("limit_of").asText()).isEqualTo("api_key");
        assertThat(error.path("message").asText())
                .matches(
                        "Rate limit reached for gpt-5-nano in API key %s on requests per min \\(RPM\\): Limit 4, Used 1, Requested 1\\. Please try again in 1[0-5](\\.\\d+)?s\\."
                                .formatted(Ids.print(ApiKey.PREFIX, customer.apiKeyId())));
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(10, 15);
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after-ms").orElseThrow()))
                .isBetween(10_000, 15_000);
        assertThat(refused.headers().firstValue("x-should-retry")).isEmpty();
        assertThat(refused.headers().firstValue("x-request-id")).isPresent();
        assertThat(header(refused, "remaining-requests")).isEqualTo("0");
        assertThat(world.upstream.count()).isZero();
        world.nothingHeld(customer);
    }

    @Test
    void whatCanNeverPassIsNotTriedAgain() {
        World.Customer customer = customer(RateUnit.TOKENS_PER_MINUTE, 100);
        String large = BODY.replace("Hello!", "Hello! ".repeat(200));

        HttpResponse<String> refused = world.chat(customer, large);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Streams.json(refused.body()).path("error").path("message").asText())
                .startsWith("Request too large for gpt-5-nano in API key ");
        assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void whatNobodyServedGivesItsTokensBack() {
        World.Customer poor = world.customer("0");
        limit(poor, "", RateUnit.TOKENS_PER_MINUTE, 12_000);
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> refused = world.chat(poor, BODY);
            assertThat(Streams.json(refused.body()).path("error").path("code").asText())
                    .isEqualTo("credit_balance_exhausted");
            assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
            assertThat(Long.parseLong(header(refused, "remaining-tokens"))).isGreaterThan(900);
        }
        World.Customer unlucky = customer(RateUnit.TOKENS_PER_MINUTE, 12_000);
        world.upstream.behave(UpstreamScript.json(500, "{}"));
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> failed = world.chat(unlucky, BODY);
            assertThat(failed.statusCode()).isEqualTo(502);
            assertThat(Long.parseLong(header(failed, "remaining-tokens"))).isGreaterThan(900);
        }
    }

    @Test
    void durationsAreWrittenAsGoDoes() {
        assertThat(RateAnswers.print(Duration.ZERO)).isEqualTo("0s");
        assertThat(RateAnswers.print(Duration.ofNanos(1))).isEqualTo("1ms");
        assertThat(RateAnswers.print(Duration.ofMillis(120))).isEqualTo("120ms");
        assertThat(RateAnswers.print(Duration.ofMillis(8_640))).isEqualTo("8.64s");
        assertThat(RateAnswers.print(Duration.ofMinutes(6))).isEqualTo("6m0s");
        assertThat(RateAnswers.print(Duration.ofMillis(3_723_050))).isEqualTo("1h2m3.05s");
        assertThat(RateAnswers.print(Duration.ofHours(24))).isEqualTo("24h0m0s");
    }

    private World.Customer customer(RateUnit unit, long max) {
        World.Customer customer = world.customer("5");
        limit(customer, "", unit, max);
        return customer;
    }

    private void limit(World.Customer customer, String model, RateUnit unit, long max) {
        RateLimit _ =
                world.rateLimits.set(
                        customer.organizationId(),
                        RateSubject.apiKey(customer.apiKeyId()),
                        model,
                        new RateBounds(Map.of(unit, max)),
                        Actor.user(1));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue("x-ratelimit-" + name).orElseThrow();
    }
}
