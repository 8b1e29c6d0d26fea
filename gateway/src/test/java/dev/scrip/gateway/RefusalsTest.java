package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.ledger.LimitKind;
import dev.scrip.money.Money;
import dev.scrip.testing.UpstreamScript;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is refused, how it is said, and that none of it reaches an upstream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {

    private static final String BODY =
            """
            {"model":"gpt-5-nano","messages":[{"role":"user","content":"Hello!"}]}""";
    private static final String TEN_CENTS =
            """
            {"model":"ten-cents","messages":[{"role":"user","content":"Hello!"}]}""";
    private static final String ANSWER =
            """
            {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":9}}""";

    @AutoClose private final World world = new World();
    private long reachedMax;

    @BeforeAll
    void open() {
        world.upstream.behave(UpstreamScript.json(200, ANSWER));
    }

    @BeforeEach
    void nothingReachesTheUpstream() {
        world.upstream.clear();
        reachedMax = 0;
    }

    @AfterEach
    void reachedNoMoreThanWasPaid() {
        assertThat(world.upstream.count()).isEqualTo(reachedMax);
    }

    private JsonNode refused(HttpResponse<String> answer, int status, String code) {
        JsonNode error = Streams.json(answer.body()).path("error");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.has("message") && error.has("type") && error.has("param")).isTrue();
        assertThat(answer.headers().firstValue("x-request-id").orElseThrow()).startsWith("req_");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        return error;
    }

    private void served(World.Customer customer, String body) {
        assertThat(world.chat(customer, body).statusCode()).isEqualTo(200);
        reachedMax++;
    }

    @Test
    void withoutAKeyOrWithAWrongOne() {
        World.Customer wrong =
                new World.Customer(1, 1, "sk-scrip-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWXYZ");

        refused(world.get("/v1/models"), 401, "missing_api_key");
        refused(world.get("/v1/models", "authorization", "Basic x"), 401, "missing_api_key");
        JsonNode error = refused(world.chat(wrong, BODY), 401, "invalid_api_key");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("message").asText())
                .contains("sk-scrip-****WXYZ")
                .doesNotContain("AAAA");
    }

    @Test
    void aRevokedKeyIsDeadAtOnce() {
        World.Customer customer = world.customer("1");
        served(customer, BODY);
        assertThat(world.organizations.revokeKey(customer.organizationId(), customer.apiKeyId()))
                .isTrue();
        refused(world.chat(customer, BODY), 401, "invalid_api_key");
    }

    @Test
    void withoutCreditAndAgainAfterBuying() {
        World.Customer customer = world.customer("0");
        HttpResponse<String> answer = world.chat(customer, BODY);
        JsonNode error = refused(answer, 429, "credit_balance_exhausted");

        assertThat(error.path("type").asText()).isEqualTo("insufficient_quota");
        assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
        assertThat(error.path("available").asText()).isEqualTo("0.00");
        assertThat(Money.ofDollars(error.path("required").asText()).isPositive()).isTrue();
        assertThat(error.path("top_up_url").asText()).isEqualTo("http://top.up/billing");
        assertThat(error.path("message").asText())
                .contains(error.path("required").asText())
                .contains("Buy credit at http://top.up/billing");

        world.grant(customer, "1");
        served(customer, BODY);
    }

    @Test
    void beyondAHardLimitAndAgainAfterRaisingIt() {
        World.Customer customer = world.customer("5");
        world.ledger.setLimit(
                customer.organizationId(), LimitKind.HARD, Optional.of(Money.ofDollars("0.15")));
        world.charging.changed(customer.organizationId());
        served(customer, TEN_CENTS);
        HttpResponse<String> answer = world.chat(customer, TEN_CENTS);
        JsonNode error = refused(answer, 429, "organization_spend_limit_exceeded");

        assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
        assertThat(error.path("limit").asText()).isEqualTo("0.15");
        assertThat(error.path("spent").asText()).isEqualTo("0.10");
        assertThat(error.path("available").asText()).isEqualTo("0.05");
        assertThat(error.path("held").asText()).isEqualTo("0.00");
        assertThat(error.path("resets_at").asText()).endsWith("-01T00:00:00Z");

        world.ledger.setLimit(
                customer.organizationId(), LimitKind.HARD, Optional.of(Money.ofDollars("1")));
        world.charging.changed(customer.organizationId());
        served(customer, TEN_CENTS);
    }

    @Test
    void aSmallBalanceGetsAShorterAnswerAndIsTold() {
        // 8,192 tokens of output would be up to 0.0032768 dollars.
        World.Customer customer = world.customer("0.001");
        HttpResponse<String> answer = world.chat(customer, BODY);
        reachedMax++;

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        long bound =
                Long.parseLong(
                        answer.headers().firstValue("x-scrip-max-output-tokens").orElseThrow());
        assertThat(bound).isBetween(100L, 2_500L);
        assertThat(
                        Streams.json(world.upstream.arrivals().getFirst().body())
                                .path("max_completion_tokens")
                                .longValue())
                .isEqualTo(bound);
    }

    /** By its bytes this text could be 40,000 tokens; it is 8,000. */
    @Test
    void theInputIsCountedExactlyWhereItsBoundDoesNotFit() {
        World.Customer customer = world.customer("0.0006");
        String text = "word ".repeat(8_000);
        served(
                customer,
                """
                {"model":"gpt-5-nano","max_tokens":50,"messages":[{"role":"user","content":"%s"}]}"""
                        .formatted(text));
    }

    @Test
    void whatIsNotOffered() {
        World.Customer customer = world.customer("1");
        for (String model : new String[] {"no-such-model", World.UNPRICED}) {
            JsonNode error =
                    refused(
                            world.chat(customer, BODY.replace("gpt-5-nano", model)),
                            404,
                            "model_not_found");
            assertThat(error.path("message").asText()).contains("`" + model + "`");
        }
        String bearer = "Bearer " + customer.secret();
        refused(world.get("/v1/models/none", "authorization", bearer), 404, "model_not_found");
        refused(world.get("/v1/embeddings", "authorization", bearer), 404, "unknown_url");
        refused(world.get("/v1/chat/completions", "authorization", bearer), 404, "unknown_url");
    }

    @Test
    void whatIsNoRequestOrTooLarge() {
        World.Customer customer = world.customer("1");
        refused(world.chat(customer, "{"), 400, "null");
        refused(
                world.chat(customer, BODY.replace("Hello!", "x".repeat(300_000))),
                413,
                "request_too_large");
        refused(
                world.chat(
                        customer,
                        BODY.replace("Hello!", "one two ".repeat(20_000))
                                .replace("{\"model\"", "{\"max_tokens\":100000,\"model\"")),
                400,
                "context_length_exceeded");
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    @Test
    void theListOfModelsHasWhatIsPricedAndServed() {
        World.Customer customer = world.customer("0");
        String bearer = "Bearer " + customer.secret();
        JsonNode list = Streams.json(world.get("/v1/models", "authorization", bearer).body());

        assertThat(list.path("object").asText()).isEqualTo("list");
        assertThat(list.path("data").findValuesAsText("id"))
                .containsExactly(
                        "dall-e-3",
                        "free-moderation",
                        "gpt-4.1-nano-wrong",
                        "gpt-4o-mini-tts",
                        "gpt-4o-transcribe",
                        "gpt-5-nano",
                        "gpt-image-1",
                        "hurried",
                        "scrip-demo",
                        "scrip-demo-image",
                        "scrip-demo-speech",
                        "scrip-demo-transcribe",
                        "ten-cents",
                        "tts-1",
                        "unreachable",
                        "vectors",
                        "whisper-1");
        JsonNode one =
                Streams.json(world.get("/v1/models/scrip-demo", "authorization", bearer).body());
        assertThat(one).isEqualTo(list.path("data").get(8));
        assertThat(one.path("object").asText()).isEqualTo("model");
        assertThat(one.path("owned_by").asText()).isEqualTo("demo");
        assertThat(one.path("created").isIntegralNumber()).isTrue();
    }
}
