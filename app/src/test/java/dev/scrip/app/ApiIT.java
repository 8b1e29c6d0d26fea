package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scrip.money.Money;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API for operators over HTTP: the whole story, its document, and everything refused. */
class ApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir Path folder;

    /** Who calls, and for whom. */
    private record Api(String url, String key, String organization) {

        HttpResponse<String> send(String method, String path, String key, String body)
                throws IOException, InterruptedException {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Authorization", "Bearer " + this.key)
                            .method(method, BodyPublishers.ofString(body));
            if (!key.isEmpty()) {
                request.header("Idempotency-Key", key);
            }
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }

        HttpResponse<String> of(String method, String path, String key, String body)
                throws IOException, InterruptedException {
            return send(method, "/api/v1/organizations/" + organization + path, key, body);
        }

        JsonNode get(String path) throws IOException, InterruptedException {
            return JSON.readTree(of("GET", path, "", "").body());
        }
    }

    private static String code(HttpResponse<String> refused) throws IOException {
        return refused.statusCode()
                + " "
                + JSON.readTree(refused.body()).path("error").path("code").textValue();
    }

    @Test
    void moneyOfRequestsThatRunElsewhere() throws Exception {
        Path data = folder.resolve("data");
        try (ScripProcess scrip = ScripProcess.start(data, Map.of())) {
            Visitor operator =
                    new Visitor(scrip).signedIn("operator@example.com", scrip.operatorPassword());
            Api api = api(scrip, operator);
            String captured = authoriseAndCapture(scrip, api, operator);
            everythingElseIsRefused(scrip, api);
            batches(api, operator);
            theDocumentIsTrue(api);
            rateLimits(api);
            assertThat(scrip.stop()).isIn(0, 143);
            scrip.startAgain();
            assertThat(capture(api, captured).headers().firstValue("Idempotency-Replayed"))
                    .as("after a restart")
                    .contains("true");
            revokedKeyIsDead(operator, api);
        }
        assertThat(ScripProcess.command(data, Map.of(), "verify").output())
                .contains("The books balance.");
    }

    private static Api api(ScripProcess scrip, Visitor operator) throws Exception {
        var page = operator.open("/operator/keys");
        var created = operator.submit(page, "/operator/keys", Map.of("name", "billing script"));
        String secret = created.select("[data-secret]").text();
        assertThat(secret).startsWith("sk-scrip-admin-");
        assertThat(operator.open("/operator/keys").text())
                .contains("billing script")
                .doesNotContain(secret);
        Api nobody = new Api(scrip.url(), secret, "");
        JsonNode all = JSON.readTree(nobody.send("GET", "/api/v1/organizations", "", "").body());
        String organization = all.path("data").path(0).path("id").textValue();
        Api api = new Api(scrip.url(), secret, organization);
        HttpResponse<String> credited =
                api.of("POST", "/grants", "first", "{\"kind\":\"adjustment\",\"amount\":\"20\"}");
        assertThat(credited.statusCode()).as(credited.body()).isEqualTo(201);
        HttpResponse<String> again =
                api.of("POST", "/grants", "first", "{\"amount\":\"20\",\"kind\":\"adjustment\"}");
        assertThat(again.body()).isEqualTo(credited.body());
        assertThat(
                        code(
                                api.of(
                                        "POST",
                                        "/grants",
                                        "first",
                                        "{\"kind\":\"adjustment\",\"amount\":\"21\"}")))
                .isEqualTo("409 idempotency_key_reused");
        return api;
    }

    private static HttpResponse<String> capture(Api api, String hold) throws Exception {
        return api.of("POST", "/holds/" + hold + "/capture", "capture", "{\"amount\":\"0.75\"}");
    }

    /** Sees it in the balance, on the usage page, in the request's receipt and in the journal. */
    private static String authoriseAndCapture(ScripProcess scrip, Api api, Visitor operator)
            throws Exception {
        Money before = Money.ofDollars(api.get("/balance").path("credit").textValue());
        HttpResponse<String> held =
                api.of("POST", "/holds", "hold", "{\"amount\":\"2\",\"end_user\":\"ann\"}");
        assertThat(held.statusCode()).as(held.body()).isEqualTo(201);
        String id = JSON.readTree(held.body()).path("id").textValue();
        assertThat(api.get("/balance").path("held").textValue()).isEqualTo("2.00");
        HttpResponse<String> captured = capture(api, id);
        assertThat(captured.statusCode()).as(captured.body()).isEqualTo(200);
        JsonNode hold = JSON.readTree(captured.body());
        assertThat(hold.path("state").textValue()).isEqualTo("captured");
        assertThat(hold.path("released").textValue()).isEqualTo("1.25");
        HttpResponse<String> again = capture(api, id);
        assertThat(again.body()).isEqualTo(captured.body());
        assertThat(again.statusCode()).isEqualTo(captured.statusCode());
        Money after = Money.ofDollars(api.get("/balance").path("credit").textValue());
        assertThat(after).isEqualTo(before.minus(Money.ofDollars("0.75")));

        assertThat(Visitor.figure(operator.open("/usage"), "Spent in these days"))
                .isEqualTo("$0.75");
        String request = id.replace("hold_", "req_");
        assertThat(operator.open("/requests/" + request).text())
                .contains("Whoever ran it named the amount", "ann");
        assertThat(operator.open("/billing/history").text()).contains("captured hold");
        assertThat(scrip.output()).doesNotContain("ERROR");
        return id;
    }

    private static void everythingElseIsRefused(ScripProcess scrip, Api api) throws Exception {
        String holds = "/holds";
        assertThat(code(api.of("POST", holds, "", "{\"amount\":\"1\"}")))
                .isEqualTo("400 missing_idempotency_key");
        assertThat(code(api.of("POST", holds, "a", "{"))).isEqualTo("400 invalid_json");
        assertThat(code(api.of("POST", holds, "a", "{}")))
                .isEqualTo("400 missing_required_parameter");
        for (String amount :
                new String[] {"0", "-1", "1e3", "0.0000000001", "9223372036.854775808", ""}) {
            assertThat(code(api.of("POST", holds, "a", "{\"amount\":\"" + amount + "\"}")))
                    .as(amount)
                    .isEqualTo("400 invalid_value");
        }
        assertThat(code(api.of("POST", holds, "a", "{\"amount\":1}")))
                .isEqualTo("400 invalid_type");
        assertThat(code(api.of("POST", holds, "a", "{\"amount\":\"1\",\"amuont\":\"1\"}")))
                .isEqualTo("400 unknown_parameter");
        assertThat(
                        code(
                                api.of(
                                        "POST",
                                        holds,
                                        "a",
                                        "{\"amount\":\"1\",\"project\":\"proj_0000000000000\"}")))
                .isEqualTo("404 project_not_found");
        HttpResponse<String> refused =
                api.of("POST", holds, "too much", "{\"amount\":\"9223372036.854775807\"}");
        assertThat(code(refused)).isEqualTo("402 insufficient_credit");
        HttpResponse<String> again =
                api.of("POST", holds, "too much", "{\"amount\":\"9223372036.854775807\"}");
        assertThat(again.body()).isEqualTo(refused.body());
        assertThat(code(api.of("POST", holds, "too much", "{\"amount\":\"1\"}")))
                .isEqualTo("409 idempotency_key_reused");
        assertThat(code(api.of("GET", "/holds/hold_0000000000000", "", "")))
                .isEqualTo("404 hold_not_found");
        Api foreign = new Api(api.url, api.key, "org_0000000000000");
        assertThat(code(foreign.of("POST", holds, "a", "{\"amount\":\"1\"}")))
                .isEqualTo("404 organization_not_found");
        assertThat(code(api.send("GET", "/api/v2", "", ""))).isEqualTo("404 unknown_url");
        for (String key : new String[] {"", "sk-scrip-admin-x", scrip.firstKey()}) {
            Api other = new Api(api.url, key, api.organization);
            assertThat(code(other.of("GET", "/balance", "", ""))).startsWith("401 ");
        }
    }

    private static String events(Api api, int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        number ->
                                "{\"key\":\"event %d\",\"organization\":\"%s\",\"amount\":\"0.001\"}"
                                        .formatted(number, api.organization))
                .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    }

    private static void batches(Api api, Visitor operator) throws Exception {
        String path = "/api/v1/usage/events";
        assertThat(code(api.send("POST", path, "", events(api, 1_001))))
                .isEqualTo("400 invalid_value");
        Money before = Money.ofDollars(api.get("/balance").path("credit").textValue());
        for (int delivery = 0; delivery < 2; delivery++) {
            HttpResponse<String> answer = api.send("POST", path, "", events(api, 1_000));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode data = JSON.readTree(answer.body()).path("data");
            assertThat(data.size()).isEqualTo(1_000);
            for (JsonNode event : data) {
                assertThat(event.path("status").textValue()).isEqualTo("charged");
                assertThat(event.path("duplicate").booleanValue()).isEqualTo(delivery == 1);
            }
        }
        Money after = Money.ofDollars(api.get("/balance").path("credit").textValue());
        assertThat(after).isEqualTo(before.minus(Money.ofDollars("1.00")));
        HttpResponse<String> mixed =
                api.send(
                        "POST",
                        path,
                        "",
                        """
                        {"events": [
                          {"key": "event 0", "organization": "%1$s", "amount": "0.002"},
                          {"key": "x", "organization": "org_0000000000000", "amount": "0.002"},
                          {"key": "y", "organization": "%1$s", "model": "no-such-model",
                           "usage": {"input_tokens": 1}}]}
                        """
                                .formatted(api.organization));
        JsonNode data = JSON.readTree(mixed.body()).path("data");
        assertThat(data.findValuesAsText("status"))
                .containsExactly("conflict", "refused", "refused");
        assertThat(data.findValuesAsText("code"))
                .containsExactly(
                        "idempotency_key_reused", "organization_not_found", "model_not_priced");
        assertThat(Visitor.figure(operator.open("/usage"), "Spent in these days"))
                .isEqualTo("$1.75");
    }

    /** Every example of the document, one after another, as it stands there. */
    private static void theDocumentIsTrue(Api api) throws Exception {
        String document = Files.readString(TidyTest.ROOT.resolve("docs/api.md"));
        String script =
                Pattern.compile("^```sh\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                        .matcher(document)
                        .results()
                        .map(block -> block.group(1))
                        .collect(Collectors.joining("\n"));
        assertThat(script).contains("capture", "usage/events", "budgets");
        ProcessBuilder shell = new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", script);
        shell.environment()
                .putAll(
                        Map.of(
                                "SCRIP_URL", api.url,
                                "SCRIP_KEY", api.key,
                                "ORGANIZATION", api.organization));
        Process run = shell.redirectErrorStream(true).start();
        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).as(output).isZero();
        assertThat(output)
                .contains("\"state\":\"captured\"", "\"state\":\"released\"", "\"deleted\":true")
                .doesNotContain("\"status\":\"refused\"");
    }

    private static void rateLimits(Api api) throws Exception {
        String path = "/rate_limits";
        assertThat(code(api.of("PUT", path, "", "{\"max_requests_per_1_minute\": 0}")))
                .isEqualTo("400 invalid_value");
        assertThat(code(api.of("PUT", path, "", "{\"model\": \"scrip-demo\"}")))
                .isEqualTo("400 missing_required_parameter");
        assertThat(
                        code(
                                api.of(
                                        "PUT",
                                        path,
                                        "",
                                        """
                                        {"subject": {"type": "project", "id": "proj_0000000000000"},
                                         "max_requests_per_1_minute": 5}""")))
                .isEqualTo("404 project_not_found");
        assertThat(code(api.of("DELETE", path + "/rl_0000000000000", "", "")))
                .isEqualTo("404 rate_limit_not_found");
        String body = "{\"max_tokens_per_1_minute\": 90000000}";
        assertThat(api.of("PUT", path, "", body).statusCode()).isEqualTo(200);
        JsonNode listed = api.get(path).path("data").path(0);
        assertThat(listed.path("subject").path("id").asText()).isEqualTo(api.organization);
        assertThat(listed.path("max_requests_per_1_minute").isNull()).isTrue();
        assertThat(listed.path("now").path("max_tokens_per_1_minute").path("remaining").asLong())
                .isEqualTo(22_500_000);
        assertThat(api.of("DELETE", path + "/" + listed.path("id").asText(), "", "").statusCode())
                .isEqualTo(200);
        assertThat(api.get(path).path("data").isEmpty()).isTrue();
    }

    private static void revokedKeyIsDead(Visitor operator, Api api) throws Exception {
        var page = operator.open("/operator/keys");
        String action = page.select("form[action$=/revoke]").attr("action");
        operator.submit(page, action, Map.of());
        assertThat(code(api.of("GET", "/balance", "", ""))).isEqualTo("401 invalid_operator_key");
    }
}
