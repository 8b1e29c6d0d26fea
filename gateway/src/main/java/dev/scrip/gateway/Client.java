package dev.scrip.gateway;

import dev.scrip.charging.Earlier;
import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever asked and was admitted: takes the answer, or is gone. What it gets goes to its request's
 * {@link Tape} too, and is durable there before the end of it is sent; a tape takes what comes also
 * after the client is gone, for whom the same request is to be answered later.
 */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final String CONTENT_TYPE = "content-type";

    private final HttpServerResponse response;
    private final Course course;
    private final Tape tape;
    private Hold hold;
    private boolean gone;
    private boolean begun;
    private boolean charged;
    private boolean withheld;

    /** Complete when nothing more is sent. */
    private Future<?> ended = Future.succeededFuture();

    Client(HttpServerResponse response, Hold hold, Course course, Tape tape) {
        this.response = response;
        this.course = course;
        this.hold = hold;
        this.tape = tape;
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

    /** What is answered goes somewhere: to the client, or to where it is kept for it. */
    boolean takes() {
        return !gone || tape.isWhole();
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
        return begun;
    }

    /** An attempt for it is charged: what it is told from now on is what it paid for. */
    void charged() {
        charged = true;
    }

    /** Nobody knows yet whether it is charged; it is told no answer. */
    void withheld() {
        withheld = true;
    }

    void whenDrained(Runnable next) {
        response.drainHandler(_ -> next.run());
    }

    /** The head of a stream, once. */
    void beginStream() {
        if (!begun) {
            Map<String, String> head = head();
            head.put(CONTENT_TYPE, "text/event-stream; charset=utf-8");
            head.put("cache-control", "no-cache");
            // Proxies in front would collect the events otherwise.
            head.put("x-accel-buffering", "no");
            begin(head);
        }
    }

    /** The head of an answer of bytes, once. */
    void beginBytes(String contentType) {
        if (!begun) {
            Map<String, String> head = head();
            head.put(CONTENT_TYPE, contentType);
            head.put("x-accel-buffering", "no");
            begin(head);
        }
    }

    private void begin(Map<String, String> head) {
        begun = true;
        tape.head(200, head);
        if (!gone) {
            response.setChunked(true);
            head.forEach(response::putHeader);
        }
    }

    void write(Buffer piece) {
        tape.add(piece);
        if (!gone) {
            response.write(piece);
        }
    }

    void end(Buffer piece) {
        tape.add(piece);
        finish(() -> response.end(piece));
    }

    /** The end of an answer of bytes; who got nothing of it yet is told what it cost, too. */
    void endBytes(Buffer last, String contentType, Receipt receipt) {
        if (begun) {
            end(last);
        } else {
            sendWhole(last, contentType, receipt);
        }
    }

    /** An answer in one piece. */
    void sendWhole(Buffer body, String contentType, Receipt receipt) {
        Map<String, String> head = head();
        head.put("x-scrip-cost", receipt.settled().amount().exact());
        head.put("x-scrip-balance", receipt.settled().balanceAfter().exact());
        head.put(CONTENT_TYPE, contentType);
        tape.head(200, head);
        tape.add(body);
        finish(
                () -> {
                    head.forEach(response::putHeader);
                    response.end(body);
                });
    }

    private Map<String, String> head() {
        Map<String, String> head = new LinkedHashMap<>();
        head.put(Replies.REQUEST_ID, requestId());
        if (hold.lowered()) {
            head.put("x-scrip-max-output-tokens", Long.toString(hold.quote().outputTokensMax()));
        }
        return head;
    }

    /** An error, if nothing else was said yet; else the response is {@link #cut}. */
    void refuse(Answer answer) {
        if (gone || begun) {
            cut();
            return;
        }
        String requestId = requestId();
        Map<String, String> head = new LinkedHashMap<>(answer.headers());
        head.put(Replies.REQUEST_ID, requestId);
        head.put(CONTENT_TYPE, "application/json");
        tape.head(answer.status(), head);
        tape.add(answer.body());
        finish(() -> Replies.send(response, requestId, answer));
    }

    /** Breaks the response off, so that nobody takes it for complete. */
    void cut() {
        if (tape.isOpen()) {
            ended = brokenOff().onComplete(_ -> reset());
        } else {
            reset();
        }
    }

    /** {@link #cut}, but what comes still may be kept. */
    void reset() {
        if (!response.ended() && !response.closed()) {
            response.reset();
        }
    }

    /** Sends the last of an answer, when it is known what a repeated request gets. */
    private void finish(Runnable last) {
        if (tape.isOpen()) {
            Future<?> kept = charged && !withheld ? tape.keep() : brokenOff();
            ended =
                    kept.onComplete(
                            _ -> {
                                if (!gone) {
                                    send(last);
                                }
                            });
        } else if (!gone) {
            last.run();
        }
    }

    /** Whoever waits for the end is told of it, whatever happens. */
    private void send(Runnable last) {
        try {
            last.run();
        } catch (RuntimeException failed) {
            LOG.error("the end of request {} cannot be told; it is cut", requestId(), failed);
            reset();
        }
    }

    private Future<Void> brokenOff() {
        if (withheld) {
            return tape.giveUp(Earlier.Reason.WITHHELD);
        }
        return charged ? tape.giveUp(Earlier.Reason.BROKEN_OFF) : tape.release();
    }

    /** It gets nothing more; {@code next} runs when it has all that it gets. */
    void over(Runnable next) {
        if (tape.isOpen()) {
            ended = brokenOff();
        }
        ended.onComplete(_ -> next.run());
    }
}
