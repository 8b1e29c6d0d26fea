package dev.scrip.app;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}, on the port of everything else.
 *
 * @param text what there is to read, in Prometheus' text format
 */
record MetricsRoute(Supplier<byte[]> text, String contentType, MetricsReaders readers) {

    /** A proxy on this machine calls from it too, for whoever called the proxy. */
    private static final List<String> SPEAKS_FOR_OTHERS =
            List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

    void mount(Router router) {
        if (readers != MetricsReaders.NONE) {
            router.get("/metrics").handler(this::answer);
        }
    }

    private void answer(RoutingContext routing) {
        if (readers == MetricsReaders.LOOPBACK && !isFromHere(routing.request())) {
            routing.response()
                    .setStatusCode(403)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end("Metrics are told to this machine alone; see SCRIP_METRICS.\n");
            return;
        }
        routing.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .end(Buffer.buffer(text.get()));
    }

    private static boolean isFromHere(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return isLoopback(remote == null ? null : remote.hostAddress())
                && SPEAKS_FOR_OTHERS.stream().noneMatch(request.headers()::contains);
    }

    /**
     * Whether it is an address of the machine itself.
     *
     * @param address as digits; null: it has none
     */
    private static boolean isLoopback(@Nullable String address) {
        try {
            return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
