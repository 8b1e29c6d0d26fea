package dev.scrip.app;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how long any client may send a request: tells a connection's {@link HeadDeadline} of its
 * requests, and closes connections whose bodies do not come. The gateway bounds its own bodies,
 * with an answer that says so.
 *
 * @param bodyLimit from the head of a request to the last byte of its body
 */
record SlowClients(Vertx vertx, Duration bodyLimit) {

    private static final Logger LOG = LoggerFactory.getLogger(SlowClients.class);

    /** Before all other routes. */
    void mount(Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(
                        routing -> {
                            watchHead(routing);
                            watchBody(routing);
                            routing.next();
                        });
    }

    private static void watchHead(RoutingContext routing) {
        if (routing.request().connection() instanceof ConnectionBase connection) {
            HeadDeadline deadline = connection.channel().pipeline().get(HeadDeadline.class);
            if (deadline != null) {
                deadline.begins();
                routing.addEndHandler(_ -> deadline.ended());
            }
        }
    }

    private void watchBody(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (hasBody(request) && !routing.normalizedPath().startsWith("/v1/")) {
            long timer = vertx.setTimer(bodyLimit.toMillis(), _ -> closeIfUnread(request));
            routing.addEndHandler(_ -> vertx.cancelTimer(timer));
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.equals("0");
    }

    private void closeIfUnread(HttpServerRequest request) {
        if (!request.isEnded()) {
            LOG.info("a connection is closed: the body of a request did not come in {}", bodyLimit);
            request.connection().close();
        }
    }
}
