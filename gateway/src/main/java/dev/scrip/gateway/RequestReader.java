package dev.scrip.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client asks an endpoint for, from its body or its form. Memory and files that it
 * took for that stay until {@link #release}. Used on the request's context.
 */
final class RequestReader {

    /** What reading came to. */
    sealed interface Found {

        /**
         * @param hash tells it from every other request; takes time that grows with it
         */
        record Request(ModelRequest request, Supplier<Future<String>> hash) implements Found {}

        record Refused(Answer answer) implements Found {}

        /** The client is gone, and with it the rest. */
        record Gone() implements Found {}
    }

    private final Parts parts;
    private final Offer offer;
    private final Running running;
    private final Endpoint endpoint;
    private final RoutingContext routing;
    private @Nullable BodyReader body;
    private @Nullable FormReader form;

    RequestReader(
            Parts parts, Offer offer, Running running, Endpoint endpoint, RoutingContext routing) {
        this.parts = parts;
        this.offer = offer;
        this.running = running;
        this.endpoint = endpoint;
        this.routing = routing;
    }

    /** Reads a request that is paused, once. */
    Future<Found> read() {
        Future<Found> found = FormReader.isForm(routing.request()) ? readForm() : readBody();
        return found.recover(
                failure ->
                        failure instanceof Unread unread
                                ? Future.succeededFuture(why(unread))
                                : Future.failedFuture(failure));
    }

    private static Found why(Unread unread) {
        Answer answer = unread.answer();
        return answer == null ? new Found.Gone() : new Found.Refused(answer);
    }

    private Future<Found> readBody() {
        BodyReader reader = BodyReader.start(parts, running, routing);
        body = reader;
        return reader.body().compose(this::parse);
    }

    private Future<Found> parse(Buffer whole) {
        int bytes = whole.length();
        return Json.sized(
                        parts.vertx(),
                        bytes,
                        () -> endpoint.parse(whole.getBytes(), offer::standsFor))
                .map(
                        parsed ->
                                found(
                                        parsed,
                                        () ->
                                                Json.sized(
                                                        parts.vertx(),
                                                        bytes,
                                                        () -> RequestHash.of(endpoint, whole))));
    }

    private Future<Found> readForm() {
        if (!endpoint.takesForms()) {
            return Future.succeededFuture(
                    new Found.Refused(parts.answers().noForms(endpoint.path())));
        }
        FormReader reader = FormReader.start(parts, running, routing.request());
        form = reader;
        return reader.form().compose(this::parse);
    }

    /** Its files are on disk, so that also a small form is for a worker. */
    private Future<Found> parse(Form whole) {
        return onWorker(() -> endpoint.parse(whole, offer::standsFor))
                .map(
                        parsed ->
                                found(
                                        parsed,
                                        () -> onWorker(() -> RequestHash.of(endpoint, whole))));
    }

    private <T> Future<T> onWorker(Callable<T> work) {
        return parts.vertx().executeBlocking(work, false);
    }

    private static Found found(Endpoint.Parsed parsed, Supplier<Future<String>> hash) {
        return switch (parsed) {
            case Endpoint.Parsed.Request(ModelRequest request) -> new Found.Request(request, hash);
            case Endpoint.Parsed.Invalid(Answer answer) -> new Found.Refused(answer);
        };
    }

    /** What was read is of no more use. */
    void release() {
        if (body != null) {
            body.release();
        }
        if (form != null) {
            form.release();
        }
    }
}
