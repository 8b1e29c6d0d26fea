package dev.scrip.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, within the bounds on one and on all of them. */
final class BodyReader {

    private static final long TIME_MAX_MILLIS = 60_000;

    private final Answers answers;
    private final Running running;
    private final int bytesMax;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> read = Promise.promise();
    private int taken;

    private BodyReader(Parts parts, Running running) {
        this.answers = parts.answers();
        this.running = running;
        this.bytesMax = parts.limits().bodyBytesMax();
    }

    /** Starts reading; the memory is counted until {@link #release}. */
    static BodyReader start(Parts parts, Running running, RoutingContext routing) {
        BodyReader reader = new BodyReader(parts, running);
        if (routing.body().available()) { // another handler of the router has read it
            reader.piece(routing.body().buffer());
            reader.read.tryComplete(reader.body);
            return reader;
        }
        HttpServerRequest request = routing.request();
        Vertx vertx = parts.vertx();
        long timer =
                vertx.setTimer(TIME_MAX_MILLIS, _ -> reader.refuse(reader.answers.bodyTooSlow()));
        reader.read.future().onComplete(_ -> vertx.cancelTimer(timer));
        request.handler(reader::piece);
        request.exceptionHandler(_ -> reader.refuse(null));
        request.endHandler(_ -> reader.read.tryComplete(reader.body));
        request.resume();
        return reader;
    }

    private void piece(Buffer piece) {
        if (read.future().isComplete()) {
            return;
        }
        if (body.length() + piece.length() > bytesMax) {
            refuse(answers.bodyTooLarge(bytesMax));
        } else if (!running.take(piece.length())) {
            refuse(answers.overloaded());
        } else {
            taken += piece.length();
            body.appendBuffer(piece);
        }
    }

    private void refuse(@Nullable Answer answer) {
        read.tryFail(new Unread(answer));
    }

    /** Fails with {@link Unread}. */
    Future<Buffer> body() {
        return read.future();
    }

    /** The body is of no more use. */
    void release() {
        running.give(taken);
        taken = 0;
    }
}
