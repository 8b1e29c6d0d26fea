package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;

/** Somebody who uses the pages without JavaScript: follows links, fills forms, keeps cookies. */
final class Visitor {

    private final String url;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .cookieHandler(new CookieManager())
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();

    Visitor(ScripProcess scrip) {
        this.url = scrip.url();
    }

    /** Signs in and returns itself. */
    Visitor signedIn(String email, String password) {
        Document page =
                submit(open("/sign-in"), "/sign-in", Map.of("email", email, "password", password));
        assertThat(page.title()).doesNotContain("Sign in");
        return this;
    }

    Document open(String address) {
        return fetch(request(address).GET().build());
    }

    /** The text of an address, for what is no page. */
    String text(String address) {
        return send(request(address).GET().build()).body();
    }

    int status(String address) {
        return send(request(address).GET().build()).statusCode();
    }

    /** Fills the form of a page that goes to an address, its hidden fields as they are. */
    Document submit(Document page, String action, Map<String, String> filled) {
        FormElement form =
                page.select("form[action=" + action + "]").stream()
                        .findFirst()
                        .map(FormElement.class::cast)
                        .orElseThrow(
                                () -> new AssertionError("no form to " + action + " in " + page));
        Map<String, String> fields = new LinkedHashMap<>();
        form.formData().forEach(field -> fields.put(field.key(), field.value()));
        filled.forEach(
                (name, value) -> {
                    assertThat(form.select("[name=" + name + "]")).as(name).isNotEmpty();
                    fields.put(name, value);
                });
        String encoded =
                fields.entrySet().stream()
                        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        if (form.attr("method").equalsIgnoreCase("get")) {
            return open(action + "?" + encoded);
        }
        return fetch(
                request(action)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(encoded))
                        .build());
    }

    /** The exact amount behind a heading of a page's figures: what focus or a pointer shows. */
    static String figure(Document page, String label) {
        Element figure =
                page.select(".figure").stream()
                        .filter(each -> each.select("dt").text().equals(label))
                        .findFirst()
                        .orElseThrow(
                                () -> new AssertionError("no figure " + label + " in " + page));
        Element money = figure.selectFirst(".money");
        assertThat(money).as(label).isNotNull();
        return money.hasAttr("data-exact") ? money.attr("data-exact") : money.text();
    }

    private Document fetch(HttpRequest request) {
        HttpResponse<String> response = send(request);
        assertThat(response.statusCode())
                .as(request.uri() + "\n" + response.body())
                .isLessThan(500);
        return Jsoup.parse(response.body(), response.uri().toString());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(
                URI.create(address.startsWith("http") ? address : url + address));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
