package dev.scrip.gateway;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A call to the demonstration model, which answers in the very bytes in which a server would, at
 * its pace, so that it takes the same way as every other.
 */
final class DemonstrationCall implements UpstreamCall {

    private static final long BEAT_MILLIS = 20;
    private static final int PIECES_PER_TURN = 64;

    private final Vertx vertx;
    private final Context context;
    private final boolean streamed;
    private final UpstreamEvents events;
    private final OptionalInt tokensPerSecond;

    private @Nullable DemonstrationAnswer answer;
    private long started;
    private int next;
    private boolean scheduled;
    private boolean paused;
    private boolean over;

    private DemonstrationCall(
            Vertx vertx, boolean streamed, OptionalInt tokensPerSecond, UpstreamEvents events) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.streamed = streamed;
        this.tokensPerSecond = tokensPerSecond;
        this.events = events;
    }

    static DemonstrationCall start(
            Vertx vertx,
            Upstream.Demonstration upstream,
            ModelRequest request,
            long outputTokensMax,
            UpstreamEvents events) {
        DemonstrationCall call =
                new DemonstrationCall(
                        vertx, request.streamed(), upstream.tokensPerSecond(), events);
        vertx.executeBlocking(() -> request.demonstrate(outputTokensMax), false)
                .onComplete(
                        done -> {
                            if (call.over) {
                                return;
                            }
                            if (done.succeeded()) {
                                call.answer(done.result());
                            } else {
                                call.over = true;
                                events.failed(done.cause());
                            }
                        });
        return call;
    }

    private void answer(DemonstrationAnswer composed) {
        answer = composed;
        started = System.nanoTime();
        if (streamed) {
            events.head(new UpstreamHead(200, "text/event-stream"));
            tell(composed.opening());
            turn();
        } else {
            events.head(new UpstreamHead(200, composed.contentType()));
            tell(composed.whole());
            end();
        }
    }

    private void tell(Buffer bytes) {
        if (!over) {
            events.bytes(bytes);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            events.end();
        }
    }

    private void turn() {
        DemonstrationAnswer composed = answer;
        scheduled = false;
        if (over || paused || composed == null) {
            return;
        }
        long due = due();
        Buffer bytes = Buffer.buffer();
        boolean left = true;
        for (int rounds = 0; left && rounds < PIECES_PER_TURN && next < due; rounds++) {
            left = composed.round(next, bytes);
            next++;
        }
        if (bytes.length() > 0) {
            tell(bytes);
        }
        if (!left) {
            tell(composed.closing());
            end();
        } else {
            schedule();
        }
    }

    /** How many rounds should be out by now. */
    private long due() {
        if (tokensPerSecond.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long micros = (System.nanoTime() - started) / 1_000;
        return 1 + micros * tokensPerSecond.getAsInt() / 1_000_000;
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        if (tokensPerSecond.isEmpty()) {
            context.runOnContext(_ -> turn());
        } else {
            vertx.setTimer(BEAT_MILLIS, _ -> turn());
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (answer != null && !over) {
                schedule();
            }
        }
    }

    @Override
    public void cancel() {
        over = true;
    }
}
