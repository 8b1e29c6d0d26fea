package dev.scrip.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** Reads a request's body, within the bounds on one and on all of them. */
final class BodyReader {

    private static final long TIME_MAX_MILLIS = 60_000;

    /** Why there is no body. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        enum Reason {
            TOO_LARGE,
            TOO_SLOW,
            TOO_MANY,
            BROKEN_OFF
        }

        private final Reason reason;

        Refused(Reason reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }
    }

    private final Running running;
    private final int bytesMax;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> read = Promise.promise();
    private int taken;

    private BodyReader(Running running, int bytesMax) {
        this.running = running;
        this.bytesMax = bytesMax;
    }

    /** Starts reading; the memory is counted until {@link #release}. */
    static BodyReader start(Vertx vertx, RoutingContext routing, Running running, int bytesMax) {
        BodyReader reader = new BodyReader(running, bytesMax);
        if (routing.body().available()) { // another handler of the router has read it
            reader.piece(routing.body().buffer());
            reader.read.tryComplete(reader.body);
            return reader;
        }
        HttpServerRequest request = routing.request();
        long timer = vertx.setTimer(TIME_MAX_MILLIS, _ -> reader.refuse(Refused.Reason.TOO_SLOW));
        reader.read.future().onComplete(_ -> vertx.cancelTimer(timer));
        request.handler(reader::piece);
        request.exceptionHandler(_ -> reader.refuse(Refused.Reason.BROKEN_OFF));
        request.endHandler(_ -> reader.read.tryComplete(reader.body));
        request.resume();
        return reader;
    }

    private void piece(Buffer piece) {
        if (read.future().isComplete()) {
            return;
        }
        if (body.length() + piece.length() > bytesMax) {
            refuse(Refused.Reason.TOO_LARGE);
        } else if (!running.take(piece.length())) {
            refuse(Refused.Reason.TOO_MANY);
        } else {
            taken += piece.length();
            body.appendBuffer(piece);
        }
    }

    private void refuse(Refused.Reason reason) {
        read.tryFail(new Refused(reason));
    }

    Future<Buffer> body() {
        return read.future();
    }

    /** The body is of no more use. */
    void release() {
        running.give(taken);
        taken = 0;
    }
}
