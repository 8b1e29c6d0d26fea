package dev.scrip.gateway;

import dev.scrip.charging.RequestIds;
import dev.scrip.charging.Settled;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that money is set aside for, from its upstream to its charge. Everything happens on
 * the request's own context, so there is nothing to lock. The hold ends exactly once, as {@link
 * SettlementMatrix} decides.
 */
abstract sealed class Relay implements UpstreamEvents permits PlainRelay, StreamRelay {

    private enum Phase {
        AWAITING_HEAD,
        RECEIVING,
        SETTLING,
        OVER
    }

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int ERROR_BODY_BYTES_MAX = 64 << 10;

    final Parts parts;
    final Dispatch dispatch;
    final HttpServerResponse response;
    private final Settlement settlement;
    private final Runnable whenOver;

    private Phase phase = Phase.AWAITING_HEAD;
    private @Nullable UpstreamCall call;
    private @Nullable UpstreamHead head;
    private Buffer errorBody = Buffer.buffer();
    private boolean clientGone;
    private long lastSign;
    private long watch = -1;

    /**
     * @param context the request's
     * @param whenOver told once, when the hold has ended and the client has all it will get
     */
    Relay(
            Parts parts,
            Dispatch dispatch,
            HttpServerResponse response,
            Context context,
            Runnable whenOver) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.response = response;
        this.settlement = new Settlement(parts, dispatch, context);
        this.whenOver = whenOver;
    }

    // ---- what the two kinds of answers do differently ----

    /** An answer begins. False: it is none, and the upstream has failed. */
    abstract boolean begins(UpstreamHead head);

    abstract void receive(Buffer piece);

    /** The upstream ended without error; ends in {@link #finish}. */
    abstract void received();

    abstract Optional<Usage> usage();

    /** All that the model wrote and the client was sent, to be counted. */
    abstract CharSequence written();

    /** A part of the answer went to the client. */
    abstract boolean relayed();

    /** The client does not take what was written. */
    abstract boolean clientIsSlow();

    /** The charge is durable: ends the response. */
    abstract void complete(Fate fate, Usage usage, Settled settled);

    // ---- the upstream's side ----

    /** Sends the request. */
    final void start() {
        sign();
        call = open();
        watchFor(timeouts().firstByte());
    }

    private UpstreamCall open() {
        ChatRequest request = dispatch.request();
        long outputTokensMax = dispatch.hold().quote().outputTokensMax();
        return switch (dispatch.upstream()) {
            case Upstream.Demonstration demonstration ->
                    DemonstrationCall.start(
                            parts.vertx(), demonstration, request, outputTokensMax, this);
            case Upstream.OpenAiCompatible remote ->
                    parts.remotes()
                            .call(
                                    remote,
                                    request.forUpstream(
                                            dispatch.upstreamModel(),
                                            outputTokensMax,
                                            remote.outputBoundField()),
                                    request.streamed(),
                                    this);
        };
    }

    private Upstream.Timeouts timeouts() {
        return switch (dispatch.upstream()) {
            case Upstream.Demonstration _ -> Upstream.Timeouts.DEFAULT;
            case Upstream.OpenAiCompatible remote -> remote.timeouts();
        };
    }

    @Override
    public final void head(UpstreamHead answered) {
        if (phase != Phase.AWAITING_HEAD) {
            return;
        }
        sign();
        phase = Phase.RECEIVING;
        head = answered;
        if (!clientGone) {
            watchFor(timeouts().idle());
        }
        if (answered.isSuccess() && !begins(answered)) {
            stop(Fate.CUT);
        }
    }

    @Override
    public final void bytes(Buffer piece) {
        if (phase != Phase.RECEIVING || head == null) {
            return;
        }
        sign();
        if (head.isSuccess()) {
            receive(piece);
        } else if (errorBody.length() + piece.length() <= ERROR_BODY_BYTES_MAX) {
            errorBody.appendBuffer(piece);
        }
    }

    @Override
    public final void end() {
        if (phase != Phase.RECEIVING || head == null) {
            return;
        }
        if (head.isSuccess()) {
            received();
        } else {
            finish(Fate.REFUSED);
        }
    }

    @Override
    public final void failed(Throwable cause) {
        if (phase == Phase.AWAITING_HEAD || phase == Phase.RECEIVING) {
            LOG.warn(
                    "upstream {} failed request {}: {}",
                    dispatch.upstream().name(),
                    requestId(),
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

    final void pauseUpstream() {
        if (call != null) {
            call.pause();
        }
    }

    final void resumeUpstream() {
        if (call != null) {
            call.resume();
        }
    }

    /** Gives the upstream up, now. */
    final void stop(Fate fate) {
        if (phase == Phase.AWAITING_HEAD || phase == Phase.RECEIVING) {
            if (call != null) {
                call.cancel();
            }
            finish(fate);
        }
    }

    // ---- the client's side ----

    /** The client hung up: the upstream is read on for its usage, for a while. */
    final void clientGone() {
        if (clientGone || phase == Phase.OVER) {
            return;
        }
        clientGone = true;
        if (phase == Phase.AWAITING_HEAD || phase == Phase.RECEIVING) {
            resumeUpstream();
            watchFor(parts.limits().hangUpDrain());
        }
    }

    final boolean isClientGone() {
        return clientGone;
    }

    // ---- the clock's side ----

    /** The upstream, or a slow client, gave a sign of life. */
    final void sign() {
        lastSign = System.nanoTime();
    }

    private void watchFor(Duration limit) {
        if (watch >= 0) {
            parts.vertx().cancelTimer(watch);
        }
        long started = System.nanoTime();
        watch = parts.vertx().setTimer(Math.max(1, limit.toMillis()), _ -> watched(limit, started));
    }

    private void watched(Duration limit, long started) {
        watch = -1;
        if (clientGone) {
            stop(Fate.ABANDONED);
            return;
        }
        // Signs are only noted; the timer runs on for what they add to the limit.
        long since = System.nanoTime() - Math.max(lastSign, started);
        Duration left = limit.minusNanos(since);
        if (phase == Phase.RECEIVING && left.isPositive()) {
            watch =
                    parts.vertx()
                            .setTimer(Math.max(1, left.toMillis()), _ -> watched(limit, started));
        } else if (phase == Phase.RECEIVING && clientIsSlow()) {
            LOG.info("client of request {} takes nothing; hanging up", requestId());
            clientGone();
            cut();
        } else {
            LOG.warn(
                    "upstream {} said nothing for {} on request {}",
                    dispatch.upstream().name(),
                    limit,
                    requestId());
            stop(phase == Phase.AWAITING_HEAD ? Fate.TIMED_OUT : Fate.CUT);
        }
    }

    // ---- money ----

    /** The upstream's part is over, whatever became of it: the hold ends. */
    final void finish(Fate fate) {
        if (phase == Phase.SETTLING || phase == Phase.OVER) {
            return;
        }
        phase = Phase.SETTLING;
        if (watch >= 0) {
            parts.vertx().cancelTimer(watch);
            watch = -1;
        }
        resumeUpstream(); // what it still sends is thrown away, so that its connection is free
        Optional<Usage> usage = usage();
        switch (SettlementMatrix.decide(fate, usage.isPresent(), relayed(), clientGone)) {
            case SettlementMatrix.Verdict.Release() -> {
                settlement.release();
                refuse(fate);
            }
            case SettlementMatrix.Verdict.ByUsage(Ending ending) ->
                    end(fate, settlement.charge(ending, usage.orElseThrow()));
            case SettlementMatrix.Verdict.ByCount(Ending ending) ->
                    end(fate, settlement.countAndCharge(ending, written().toString()));
        }
    }

    private void end(Fate fate, Future<Settlement.Booked> booking) {
        booking.onSuccess(
                        booked -> {
                            if (!clientGone) {
                                complete(fate, booked.usage(), booked.settled());
                            }
                            over();
                        })
                .onFailure(
                        failure -> {
                            LOG.error("request {} is not booked; it is cut", requestId(), failure);
                            withhold();
                            over();
                        });
    }

    private void withhold() {
        if (!clientGone && !response.headWritten()) {
            Replies.send(response, requestId(), parts.answers().notBooked());
        } else {
            cut();
        }
    }

    private void refuse(Fate fate) {
        if (!clientGone) {
            UpstreamHead answered = head;
            Answer answer =
                    fate == Fate.REFUSED && answered != null
                            ? parts.answers().upstreamError(answered, errorBody, dispatch)
                            : parts.answers().upstreamSilent(fate, dispatch.request().model());
            Replies.send(response, requestId(), answer);
        }
        over();
    }

    /** Breaks the response off, so that no client takes it for complete. */
    final void cut() {
        if (!response.ended() && !response.closed()) {
            response.reset();
        }
    }

    private void over() {
        phase = Phase.OVER;
        whenOver.run();
    }

    final String requestId() {
        return RequestIds.print(dispatch.hold().requestId());
    }

    /** The headers of an answer whose request was admitted. */
    final void putHeaders() {
        response.putHeader(Replies.REQUEST_ID, requestId());
        if (dispatch.hold().lowered()) {
            response.putHeader(
                    "x-scrip-max-output-tokens",
                    Long.toString(dispatch.hold().quote().outputTokensMax()));
        }
    }
}
