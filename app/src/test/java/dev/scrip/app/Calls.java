package dev.scrip.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Plain calls of the API, for the tests that count them. */
final class Calls {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    private Calls() {}

    /** A chat completion; the caller chooses everything that decides its price. */
    static HttpRequest chat(
            ScripProcess scrip, String key, String model, int tokensMax, boolean stream) {
        String body =
                """
                {"model":"%s","max_tokens":%d,"stream":%s,
                 "messages":[{"role":"user","content":"Write 500 words about trust."}]}"""
                        .formatted(model, tokensMax, stream);
        return chat(scrip, key, body);
    }

    /** One that names whom the caller serves. */
    static HttpRequest chatFor(String endUser, ScripProcess scrip, String key, String model) {
        String body =
                """
                {"model":"%s","max_tokens":50,"user":"%s",
                 "messages":[{"role":"user","content":"Write 500 words about trust."}]}"""
                        .formatted(model, endUser);
        return chat(scrip, key, body);
    }

    private static HttpRequest chat(ScripProcess scrip, String key, String body) {
        return HttpRequest.newBuilder(URI.create(scrip.url() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Sends a request and returns its answer line by line, as it comes. */
    static BufferedReader open(HttpRequest request) throws IOException {
        try {
            return new BufferedReader(
                    new InputStreamReader(
                            CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(),
                            StandardCharsets.UTF_8));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    static HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
