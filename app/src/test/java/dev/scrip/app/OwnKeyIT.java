package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner of a key asks about its own credit, in every shape that programs read. */
class OwnKeyIT {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .USE_BIG_DECIMAL_FOR_FLOATS);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Money TRIAL = Money.ofDollars("5");

    @TempDir Path folder;

    @Test
    void everyShapeTellsTheSame() throws Exception {
        Map<String, String> settings = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "0");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings)) {
            HttpResponse<String> paid =
                    Calls.send(Calls.chat(scrip, scrip.firstKey(), "scrip-demo", 40, false));
            Money cost = Money.ofDollars(paid.headers().firstValue("x-scrip-cost").orElseThrow());
            Money left = TRIAL.minus(cost);
            assertThat(cost.isPositive()).isTrue();

            for (String base : List.of("", "/v1")) {
                JsonNode grants = get(scrip, base + "/dashboard/billing/credit_grants");
                assertThat(dollars(grants.path("total_granted"))).isEqualTo(TRIAL);
                assertThat(dollars(grants.path("total_used"))).isEqualTo(cost);
                assertThat(dollars(grants.path("total_available"))).isEqualTo(left);
                assertThat(grants.path("grants").path("data")).hasSize(1);
                JsonNode subscription = get(scrip, base + "/dashboard/billing/subscription");
                assertThat(dollars(subscription.path("hard_limit_usd"))).isEqualTo(TRIAL);
                assertThat(subscription.path("has_payment_method").booleanValue()).isFalse();
                JsonNode usage = get(scrip, base + "/dashboard/billing/usage");
                assertThat(usage.path("total_usage").decimalValue())
                        .isEqualByComparingTo(cost.toDollars().multiply(BigDecimal.valueOf(100)));
                JsonNode own = get(scrip, base + "/user/balance");
                assertThat(own.path("is_available").booleanValue()).isTrue();
                assertThat(own.path("balance_infos").path(0).path("total_balance").textValue())
                        .isEqualTo(left.exact());
            }
            assertThat(
                            get(
                                            scrip,
                                            "/v1/dashboard/billing/usage?start_date=2020-01-01&end_date=2020-02-01")
                                    .path("total_usage")
                                    .decimalValue())
                    .isZero();
            JsonNode key = get(scrip, "/api/v1/key").path("data");
            assertThat(dollars(key.path("usage"))).isEqualTo(cost);
            assertThat(dollars(key.path("usage_monthly"))).isEqualTo(cost);
            assertThat(key.path("limit").isNull()).isTrue();
            assertThat(key.path("is_free_tier").booleanValue()).isTrue();
            JsonNode credits = get(scrip, "/api/v1/credits").path("data");
            assertThat(dollars(credits.path("total_credits"))).isEqualTo(TRIAL);
            assertThat(dollars(credits.path("total_usage"))).isEqualTo(cost);
            assertThat(get(scrip, "/v1/credits").path("balance").textValue())
                    .isEqualTo(left.exact());

            assertThat(status(scrip, "/api/v1/key", "sk-scrip-wrong")).isEqualTo(401);
            assertThat(status(scrip, "/v1/dashboard/billing/usage?start_date=x", scrip.firstKey()))
                    .isEqualTo(400);
            // An owner's key opens nothing of the operator's.
            assertThat(status(scrip, "/api/v1/organizations", scrip.firstKey())).isEqualTo(401);
        }
    }

    private static Money dollars(JsonNode number) {
        assertThat(number.isNumber()).as("%s", number).isTrue();
        return Money.ofDollars(number.decimalValue());
    }

    private static JsonNode get(ScripProcess scrip, String path) throws Exception {
        HttpResponse<String> answer = send(scrip, path, scrip.firstKey());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static int status(ScripProcess scrip, String path, String key) throws Exception {
        return send(scrip, path, key).statusCode();
    }

    private static HttpResponse<String> send(ScripProcess scrip, String path, String key)
            throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(scrip.url() + path))
                        .header("Authorization", "Bearer " + key)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
