package dev.scrip.gateway;

import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestIds;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Whoever asked and was admitted: takes the answer, or is gone. */
final class Client {

    private final HttpServerResponse response;
    private final Course course;
    private Hold hold;
    private boolean gone;

    Client(HttpServerResponse response, Hold hold, Course course) {
        this.response = response;
        this.course = course;
        this.hold = hold;
    }

    /** Another hold pays for what is sent from now on. */
    void paidFrom(Hold next) {
        hold = next;
    }

    /** What is noted of its request. */
    Course course() {
        return course;
    }

    String requestId() {
        return RequestIds.print(hold.requestId());
    }

    boolean isGone() {
        return gone;
    }

    void hungUp() {
        gone = true;
    }

    /** It does not take what was written. */
    boolean isSlow() {
        return !gone && response.writeQueueFull();
    }

    /** The head of its answer is written. */
    boolean isBegun() {
        return response.headWritten();
    }

    void whenDrained(Runnable next) {
        response.drainHandler(_ -> next.run());
    }

    /** The head of a stream, once. */
    void beginStream() {
        if (!response.headWritten()) {
            putHeaders();
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    // Proxies in front would collect the events otherwise.
                    .putHeader("x-accel-buffering", "no");
        }
    }

    /** The head of an answer of bytes, once. */
    void beginBytes(String contentType) {
        if (!response.headWritten()) {
            putHeaders();
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                    .putHeader("x-accel-buffering", "no");
        }
    }

    void write(Buffer piece) {
        response.write(piece);
    }

    void end(Buffer piece) {
        response.end(piece);
    }

    /** The end of an answer of bytes; who got nothing of it yet is told what it cost, too. */
    void endBytes(Buffer last, String contentType, Receipt receipt) {
        if (response.headWritten()) {
            response.end(last);
        } else {
            sendWhole(last, contentType, receipt);
        }
    }

    /** An answer in one piece. */
    void sendWhole(Buffer body, String contentType, Receipt receipt) {
        putHeaders();
        response.putHeader("x-scrip-cost", receipt.settled().amount().exact());
        response.putHeader("x-scrip-balance", receipt.settled().balanceAfter().exact());
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.end(body);
    }

    private void putHeaders() {
        response.putHeader(Replies.REQUEST_ID, requestId());
        if (hold.lowered()) {
            response.putHeader(
                    "x-scrip-max-output-tokens", Long.toString(hold.quote().outputTokensMax()));
        }
    }

    /** An error, if nothing else was said yet; else the response is {@link #cut}. */
    void refuse(Answer answer) {
        if (gone || response.headWritten()) {
            cut();
        } else {
            Replies.send(response, requestId(), answer);
        }
    }

    /** Breaks the response off, so that nobody takes it for complete. */
    void cut() {
        if (!response.ended() && !response.closed()) {
            response.reset();
        }
    }
}
