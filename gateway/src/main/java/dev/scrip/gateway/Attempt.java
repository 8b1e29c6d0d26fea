package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try at one upstream, from the request that is sent to what becomes of it: watches the clock,
 * holds the upstream back for a slow client, and tells a {@link Fate} exactly once.
 */
final class Attempt implements UpstreamEvents {

    private enum Phase {
        AWAITING_HEAD,
        RECEIVING,
        OVER
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
    private static final int ERROR_BODY_BYTES_MAX = 64 << 10;

    private final Parts parts;
    private final Dispatch dispatch;
    private final Client client;
    private final Receiver receiver;
    private Consumer<Fate> over = _ -> {};

    private Phase phase = Phase.AWAITING_HEAD;
    private @Nullable UpstreamCall call;
    private @Nullable UpstreamHead head;
    private final Buffer errorBody = Buffer.buffer();
    private long lastSign;
    private long watch = -1;

    Attempt(Parts parts, Dispatch dispatch, Client client, Receiver receiver) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.client = client;
        this.receiver = receiver;
    }

    /**
     * Sends the request.
     *
     * @param told what became of it, once
     */
    void start(Consumer<Fate> told) {
        over = told;
        receiver.whenReleased(this::released);
        sign();
        call = open();
        watchFor(timeouts().firstByte());
    }

    private UpstreamCall open() {
        ModelRequest request = dispatch.request();
        long outputTokensMax = dispatch.hold().quote().outputTokensMax();
        return switch (dispatch.upstream()) {
            case Upstream.Demonstration demonstration ->
                    DemonstrationCall.start(
                            parts.vertx(), demonstration, request, outputTokensMax, this);
            case Upstream.OpenAiCompatible remote ->
                    parts.remotes().call(remote, written(remote, request, outputTokensMax), this);
        };
    }

    private UpstreamRequest written(
            Upstream.OpenAiCompatible remote, ModelRequest request, long outputTokensMax) {
        Upstream.Manner manner = remote.server().manner();
        String there = dispatch.upstreamModel();
        return new UpstreamRequest(
                remote.server().url(request.endpoint().path(), there),
                Json.sized(
                        parts.vertx(),
                        request.input().bodyBytes(),
                        () ->
                                request.bodyForUpstream(
                                        new Spelling(
                                                there,
                                                manner.outputBoundField(),
                                                manner.continuousUsage()),
                                        outputTokensMax)),
                request.accept(),
                client.course().traceparent());
    }

    private Upstream.Timeouts timeouts() {
        return dispatch.upstream().timeouts();
    }

    // ---- the upstream's side ----

    /** As long as it takes a request, its time for an answer has not begun. */
    @Override
    public void sent() {
        if (phase == Phase.AWAITING_HEAD && !client.isGone()) {
            sign();
            watchFor(timeouts().firstByte());
        }
    }

    @Override
    public void head(UpstreamHead answered) {
        if (phase != Phase.AWAITING_HEAD) {
            return;
        }
        sign();
        client.course().answering();
        phase = Phase.RECEIVING;
        head = answered;
        if (!client.isGone()) {
            watchFor(timeouts().idle());
        }
        if (answered.isSuccess() && !receiver.begins(answered)) {
            stop(Fate.CUT);
        }
    }

    @Override
    public void bytes(Buffer piece) {
        if (phase != Phase.RECEIVING || head == null) {
            return;
        }
        sign();
        client.course().received();
        if (!head.isSuccess()) {
            if (errorBody.length() + piece.length() <= ERROR_BODY_BYTES_MAX) {
                errorBody.appendBuffer(piece);
            }
            return;
        }
        progressed(receiver.receive(piece));
    }

    private void progressed(Receiver.Progress progress) {
        switch (progress) {
            case MORE -> holdBackForClient();
            case HELD_BACK -> pause();
            case LIMITED -> stop(client.takes() ? Fate.LIMITED : Fate.ABANDONED);
            case ENDED -> end();
            case BROKEN -> stop(Fate.CUT);
        }
    }

    /** What waited for money waits no more. */
    private void released(Receiver.Progress progress) {
        if (phase == Phase.RECEIVING) {
            sign();
            resume();
            progressed(progress);
        }
    }

    private void holdBackForClient() {
        if (client.isSlow()) {
            pause();
            client.whenDrained(
                    () -> {
                        sign();
                        if (!receiver.isHeldBack()) {
                            resume();
                        }
                    });
        }
    }

    private void pause() {
        if (call != null) {
            call.pause();
        }
    }

    private void resume() {
        if (call != null) {
            call.resume();
        }
    }

    @Override
    public void end() {
        if (phase != Phase.RECEIVING || head == null) {
            return;
        }
        if (head.isSuccess()) {
            receiver.received()
                    .onComplete(read -> finish(read.succeeded() ? read.result() : Fate.CUT));
        } else {
            finish(Fate.REFUSED);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (phase != Phase.OVER) {
            LOG.warn(
                    "upstream {} failed request {}: {}",
                    dispatch.upstream().name(),
                    client.requestId(),
                    String.valueOf(cause));
            finish(brokenFate());
        }
    }

    private Fate brokenFate() {
        if (head == null) {
            return Fate.UNREACHABLE;
        }
        return head.isSuccess() ? Fate.CUT : Fate.REFUSED;
    }

    /** Gives the upstream up, now. */
    void stop(Fate fate) {
        if (phase != Phase.OVER) {
            if (call != null) {
                call.cancel();
            }
            finish(fate);
        }
    }

    private void finish(Fate fate) {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        receiver.close();
        stopWatching();
        resume(); // what it still sends is thrown away, so that its connection is free
        over.accept(fate);
    }

    /** What it answered instead, if it {@link Fate#REFUSED}. */
    UpstreamError error(Fate fate) {
        UpstreamHead answered = head;
        return fate == Fate.REFUSED && answered != null
                ? UpstreamError.read(answered, errorBody, parts.clock().instant())
                : UpstreamError.NONE;
    }

    // ---- the client's side ----

    /** The client is gone: the upstream is read on for its usage, for a while. */
    void clientGone() {
        if (phase != Phase.OVER) {
            resume();
            watchFor(parts.limits().hangUpDrain());
        }
    }

    // ---- the clock's side ----

    /** The upstream, or a slow client, gave a sign of life. */
    private void sign() {
        lastSign = System.nanoTime();
    }

    private void watchFor(Duration limit) {
        stopWatching();
        if (phase != Phase.OVER) {
            watchAgain(limit, limit, System.nanoTime());
        }
    }

    private void watchAgain(Duration left, Duration limit, long started) {
        watch = parts.vertx().setTimer(Math.max(1, left.toMillis()), _ -> watched(limit, started));
    }

    private void stopWatching() {
        if (watch >= 0) {
            parts.vertx().cancelTimer(watch);
            watch = -1;
        }
    }

    private void watched(Duration limit, long started) {
        watch = -1;
        if (client.isGone()) {
            stop(Fate.ABANDONED);
            return;
        }
        // Signs are only noted; the timer runs on for what they add to the limit.
        Duration left = limit.minusNanos(System.nanoTime() - Math.max(lastSign, started));
        if (phase == Phase.RECEIVING && left.isPositive()) {
            watchAgain(left, limit, started);
        } else if (receiver.isHeldBack()) {
            // It is not the upstream that is waited for.
            watchAgain(limit, limit, System.nanoTime());
        } else if (phase == Phase.RECEIVING && client.isSlow()) {
            LOG.info("client of request {} takes nothing; hanging up", client.requestId());
            client.hungUp();
            clientGone();
            client.reset();
        } else {
            LOG.warn(
                    "upstream {} said nothing for {} on request {}",
                    dispatch.upstream().name(),
                    limit,
                    client.requestId());
            stop(phase == Phase.AWAITING_HEAD ? Fate.TIMED_OUT : Fate.CUT);
        }
    }
}
