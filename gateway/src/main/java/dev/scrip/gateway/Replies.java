package dev.scrip.gateway;

import dev.scrip.charging.KeptAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes whole answers. */
final class Replies {

    static final String REQUEST_ID = "x-request-id";

    private Replies() {}

    static void send(HttpServerResponse response, String requestId, Answer answer) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(answer.status());
        response.putHeader(REQUEST_ID, requestId);
        answer.headers().forEach(response::putHeader);
        sendJson(response, answer.body());
    }

    /** What was answered before, to the byte. */
    static void sendAgain(HttpServerResponse response, KeptAnswer answer) {
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.putHeader("idempotency-replayed", "true");
        response.end(Buffer.buffer(answer.body()));
    }

    static void sendJson(HttpServerResponse response, Buffer body) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        response.end(body);
    }
}
