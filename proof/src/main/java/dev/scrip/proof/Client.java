package dev.scrip.proof;

import dev.scrip.money.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whoever has a wallet's key: sends requests, and says how each one ended. */
final class Client {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(100);
    private static final int ANSWERED = 200;
    private static final int REFUSED = 429;

    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ENDED_BECAUSE =
            Pattern.compile("\"ended_because\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern COST = Pattern.compile("\"cost\"\\s*:\\s*([0-9.Ee+-]+)");
    private static final Pattern REQUEST = Pattern.compile("req_[0-9A-Z]+");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    private final String secret;

    Client(String secret) {
        this.secret = secret;
    }

    /**
     * What is sent.
     *
     * @param mark names it at the upstream and in its usage record
     * @param streams whether it is a stream that grows; else it costs ten cents at most
     * @param isRepeatable whether its mark is its {@code Idempotency-Key}, too
     */
    record Errand(String mark, boolean streams, boolean isRepeatable) {

        private String body() {
            return streams
                    ? """
                    {"model":"%s","max_tokens":%d,"user":"%s","stream":true,
                     "stream_options":{"include_usage":true},
                     "messages":[{"role":"user","content":"Hello!"}]}"""
                            .formatted(EffectLog.GROWING_MODEL, EffectLog.STREAMED_TOKENS, mark)
                    : """
                    {"model":"%s","max_tokens":%d,"user":"%s",
                     "messages":[{"role":"user","content":"Hello!"}]}"""
                            .formatted(EffectLog.MODEL, EffectLog.TOKENS, mark);
        }
    }

    /**
     * Sends an errand and waits for whatever becomes of it.
     *
     * @param name of this try
     */
    Try send(Node node, Errand errand, String name) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.url() + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + secret)
                        .header("Content-Type", "application/json")
                        .timeout(ANSWER_LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(errand.body()));
        if (errand.isRepeatable()) {
            request.header("Idempotency-Key", errand.mark());
        }
        long began = System.nanoTime();
        try {
            HttpResponse<byte[]> answer =
                    CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return read(errand, name, node, began, answer);
        } catch (IOException cut) {
            return broken(errand, name, node, began, cut);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return broken(errand, name, node, began, interrupted);
        }
    }

    private static Try broken(
            Errand errand, String name, Node node, long began, Exception failure) {
        Sent sent =
                new Sent(
                        name,
                        node.name(),
                        began,
                        System.nanoTime(),
                        Sent.Ending.BROKEN_OFF,
                        null,
                        failure.toString());
        return new Try(errand.mark(), sent, "", "", false);
    }

    private static Try read(
            Errand errand, String name, Node node, long began, HttpResponse<byte[]> answer) {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        Sent sent =
                answer.statusCode() == ANSWERED && errand.streams()
                        ? heard(name, node, began, body)
                        : told(name, node, began, answer, body);
        Matcher named = REQUEST.matcher(body);
        String about =
                sent.detail().endsWith(Try.NOT_KEPT) && named.find()
                        ? named.group()
                        : answer.headers().firstValue("x-request-id").orElse("");
        boolean again = answer.headers().firstValue("idempotency-replayed").isPresent();
        return new Try(errand.mark(), sent, about, digest(answer.body()), again);
    }

    private static Sent told(
            String name, Node node, long began, HttpResponse<byte[]> answer, String body) {
        Sent.Ending ending =
                switch (answer.statusCode()) {
                    case ANSWERED -> Sent.Ending.ANSWERED;
                    case REFUSED -> Sent.Ending.REFUSED;
                    default -> Sent.Ending.UNAVAILABLE;
                };
        Optional<Money> cost = answer.headers().firstValue("x-scrip-cost").map(Money::ofDollars);
        Matcher code = CODE.matcher(body);
        return new Sent(
                name,
                node.name(),
                began,
                System.nanoTime(),
                ending,
                cost.orElse(null),
                ending == Sent.Ending.ANSWERED
                        ? "200"
                        : answer.statusCode() + " " + (code.find() ? code.group(1) : ""));
    }

    /** A stream that began: whole only with its last line, and cheaper if it was ended early. */
    private static Sent heard(String name, Node node, long began, String body) {
        boolean whole = body.contains("data: [DONE]");
        Matcher ended = ENDED_BECAUSE.matcher(body);
        Matcher cost = COST.matcher(body);
        Money told = null;
        while (cost.find()) {
            told = Money.ofDollars(new BigDecimal(cost.group(1)).toPlainString());
        }
        return new Sent(
                name,
                node.name(),
                began,
                System.nanoTime(),
                whole ? Sent.Ending.ANSWERED : Sent.Ending.BROKEN_OFF,
                whole ? told : null,
                ended.find() ? Sent.ENDED + ended.group(1) : "200 stream");
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
