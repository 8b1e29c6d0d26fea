package dev.scrip.gateway;

import dev.scrip.charging.RequestIds;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Refuses what the server has let through and no honest client sends. The server itself refuses
 * long lines, large heads, several lengths and malformed ones.
 */
final class Guard {

    private static final int HEADERS_MAX = 128;

    private Guard() {}

    /**
     * Answers what must not go on.
     *
     * <p>Two programs that read one request differently, by its length and by its chunks, take the
     * rest of one person's body for another's request. A length beside chunks is gone when the
     * request comes here, so what is sent in chunks is the last of its connection.
     *
     * @return whether it is answered
     */
    static boolean refuses(RoutingContext routing, Answers answers) {
        HttpServerRequest request = routing.request();
        boolean ownConnection = request.version() != HttpVersion.HTTP_2;
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        if (ownConnection && !codings.isEmpty()) {
            closeAfter(routing);
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                return refused(routing, answers.wrongCoding());
            }
        }
        return request.headers().size() > HEADERS_MAX && refused(routing, answers.tooManyHeaders());
    }

    /** The header alone tells the client only. */
    private static void closeAfter(RoutingContext routing) {
        routing.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        routing.addEndHandler(_ -> routing.request().connection().close());
    }

    private static boolean refused(RoutingContext routing, Answer answer) {
        if (routing.request().version() != HttpVersion.HTTP_2) {
            closeAfter(routing);
        }
        Replies.send(routing.response(), RequestIds.fresh(), answer);
        routing.request().resume();
        return true;
    }
}
