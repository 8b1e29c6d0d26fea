package dev.scrip.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * An upstream that answers at once, always the same, as a process of its own; or by a stream of
 * events, whose pace is that of the model: {@link #STREAMS} a piece every ten milliseconds, {@link
 * #DRIPS} one every second. Argument: port.
 */
final class FastUpstream extends AbstractVerticle {

    static final String ANSWERS = "answers";
    static final String STREAMS = "streams";
    static final String DRIPS = "drips";

    static final int STREAM_PIECES = 10;
    static final int DRIP_PIECES = 40;

    private static final int STREAM_MILLIS = 10;
    private static final int DRIP_MILLIS = 1_000;

    /** The model stands at the beginning of the body. */
    private static final int LOOKED_AT = 48;

    private static final Buffer ANSWER =
            Buffer.buffer(
                    """
                    {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini",
                     "choices":[{"index":0,"finish_reason":"stop","message":
                       {"role":"assistant","content":"Hello! How can I help you today?"}}],
                     "usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}""");
    private static final List<Buffer> STREAM = events(STREAM_PIECES);
    private static final List<Buffer> DRIP = events(DRIP_PIECES);

    private final int port;

    private FastUpstream(int port) {
        this.port = port;
    }

    public static void main(String[] arguments) {
        Vertx.vertx()
                .deployVerticle(new FastUpstream(Integer.parseInt(arguments[0])))
                .onSuccess(_ -> System.out.println("ready"));
    }

    private static List<Buffer> events(int pieces) {
        List<Buffer> events = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            events.add(event("{\"index\":0,\"delta\":{\"content\":\" word\"}}", ""));
        }
        events.add(event("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", ""));
        events.add(
                event(
                        "",
                        ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d,\"total_tokens\":%d}"
                                .formatted(pieces, pieces + 9)));
        events.add(Buffer.buffer("data: [DONE]\n\n"));
        return List.copyOf(events);
    }

    private static Buffer event(String choice, String more) {
        return Buffer.buffer(
                """
                data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[%s]%s}

                """
                        .formatted(choice, more));
    }

    @Override
    public void start() {
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(request -> request.bodyHandler(body -> answer(request, body)))
                .listen(port, "127.0.0.1");
    }

    private void answer(HttpServerRequest request, Buffer body) {
        String start = body.getString(0, Math.min(LOOKED_AT, body.length()));
        if (start.contains(STREAMS)) {
            stream(request.response(), STREAM, STREAM_MILLIS);
        } else if (start.contains(DRIPS)) {
            stream(request.response(), DRIP, DRIP_MILLIS);
        } else {
            request.response().putHeader("content-type", "application/json").end(ANSWER);
        }
    }

    private void stream(HttpServerResponse response, List<Buffer> events, int millis) {
        response.putHeader("content-type", "text/event-stream; charset=utf-8").setChunked(true);
        next(response, events, 0, millis);
    }

    private void next(HttpServerResponse response, List<Buffer> events, int at, int millis) {
        if (response.closed()) {
            return;
        }
        response.write(events.get(at));
        if (events.size() - at > 4) {
            vertx.setTimer(millis, _ -> next(response, events, at + 1, millis));
        } else {
            // The last piece, why it ends, the usage and the end come together.
            for (Buffer last : events.subList(at + 1, events.size())) {
                response.write(last);
            }
            response.end();
        }
    }
}
