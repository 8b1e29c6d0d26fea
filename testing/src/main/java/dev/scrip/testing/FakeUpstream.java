package dev.scrip.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A model server for tests, on a port of its own: does as it is told, misbehaviour included, and
 * keeps its own book of what arrived and what became of it.
 */
public final class FakeUpstream implements AutoCloseable {

    /** What became of a request, as seen from here. */
    public enum Effect {
        RUNNING,
        ANSWERED,
        /** Broken off by the script. */
        BROKEN_OFF,
        /** Whoever asked hung up before the end. */
        HUNG_UP
    }

    /** A request that arrived. */
    public static final class Arrival {
        private final String path;
        private final String query;
        private final Map<String, String> headers;
        private final Buffer body;
        private volatile Effect effect = Effect.RUNNING;
        private volatile int piecesSent;

        private Arrival(HttpServerRequest request, Buffer body) {
            this.path = request.path();
            this.query = String.valueOf(request.query());
            Map<String, String> given = new HashMap<>();
            request.headers()
                    .forEach((name, value) -> given.put(name.toLowerCase(Locale.ROOT), value));
            this.headers = Map.copyOf(given);
            this.body = body;
        }

        public String path() {
            return path;
        }

        /** What follows the question mark. */
        public String query() {
            return query;
        }

        /** By name in lower case. */
        public Map<String, String> headers() {
            return headers;
        }

        public String body() {
            return body.toString();
        }

        /** The body as it came, a character for each byte. */
        public String bytes() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }

        public Effect effect() {
            return effect;
        }

        public int piecesSent() {
            return piecesSent;
        }
    }

    private static final long SECONDS_MAX = 20;

    private final Vertx vertx;
    private final HttpServer server;
    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicLong count = new AtomicLong();
    private volatile Function<Arrival, UpstreamScript> behaviour =
            _ -> UpstreamScript.json(500, "{}");

    private FakeUpstream(Vertx vertx) {
        this.vertx = vertx;
        this.server =
                await(
                        vertx.createHttpServer(
                                        new HttpServerOptions()
                                                .setHost("127.0.0.1")
                                                .setPort(0)
                                                .setTcpNoDelay(true))
                                .requestHandler(this::arrived)
                                .listen());
    }

    /** On a free port, with one event loop. */
    public static FakeUpstream start() {
        return new FakeUpstream(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)));
    }

    public int port() {
        return server.actualPort();
    }

    /** What a client takes as its base URL. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/v1");
    }

    /** Every request from now on. */
    public void behave(UpstreamScript script) {
        behaviour = _ -> script;
    }

    /** Every request from now on, each by what it asks. */
    public void behave(Function<Arrival, UpstreamScript> scripts) {
        behaviour = scripts;
    }

    /** What arrived, in order. */
    public List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    public long count() {
        return count.get();
    }

    /** Forgets what arrived. */
    public void clear() {
        arrivals.clear();
        count.set(0);
    }

    private void arrived(HttpServerRequest request) {
        request.bodyHandler(
                body -> {
                    count.incrementAndGet();
                    Arrival arrival = new Arrival(request, body);
                    arrivals.add(arrival);
                    UpstreamScript script = behaviour.apply(arrival);
                    request.response().exceptionHandler(_ -> hungUp(arrival));
                    request.response().closeHandler(_ -> hungUp(arrival));
                    if (script.beforeHead().isZero()) {
                        begin(request, arrival, script);
                    } else {
                        vertx.setTimer(
                                script.beforeHead().toMillis(),
                                _ -> begin(request, arrival, script));
                    }
                });
    }

    private static void hungUp(Arrival arrival) {
        if (arrival.effect == Effect.RUNNING) {
            arrival.effect = Effect.HUNG_UP;
        }
    }

    private void begin(HttpServerRequest request, Arrival arrival, UpstreamScript script) {
        switch (script.start()) {
            case STALL -> {}
            case CLOSE -> breakOff(request, arrival);
            case ANSWER -> {
                HttpServerResponse response = request.response();
                response.setStatusCode(script.status());
                script.headers().forEach(response::putHeader);
                if (isSimple(script)) {
                    arrival.piecesSent = 1;
                    arrival.effect = Effect.ANSWERED;
                    response.end(script.pieces().getFirst());
                } else {
                    response.setChunked(true);
                    next(request, arrival, script);
                }
            }
        }
    }

    private static boolean isSimple(UpstreamScript script) {
        return script.pieces().size() == 1
                && script.between().isZero()
                && script.end() == UpstreamScript.End.COMPLETE;
    }

    private void next(HttpServerRequest request, Arrival arrival, UpstreamScript script) {
        if (arrival.effect != Effect.RUNNING) {
            return;
        }
        HttpServerResponse response = request.response();
        if (arrival.piecesSent == script.pieces().size()) {
            end(request, arrival, script);
            return;
        }
        if (!script.between().isZero()) {
            vertx.setTimer(script.between().toMillis(), _ -> piece(request, arrival, script));
        } else if (response.writeQueueFull()) {
            response.drainHandler(_ -> piece(request, arrival, script));
        } else {
            // Each piece in a turn of its own, so that each is a packet of its own.
            vertx.runOnContext(_ -> piece(request, arrival, script));
        }
    }

    private void piece(HttpServerRequest request, Arrival arrival, UpstreamScript script) {
        if (arrival.effect == Effect.RUNNING) {
            int sent = arrival.piecesSent;
            arrival.piecesSent = sent + 1;
            request.response().write(script.pieces().get(sent));
            next(request, arrival, script);
        }
    }

    private static void end(HttpServerRequest request, Arrival arrival, UpstreamScript script) {
        switch (script.end()) {
            case COMPLETE -> {
                arrival.effect = Effect.ANSWERED;
                request.response().end();
            }
            case CUT -> breakOff(request, arrival);
            case STALL -> {}
        }
    }

    private static void breakOff(HttpServerRequest request, Arrival arrival) {
        arrival.effect = Effect.BROKEN_OFF;
        request.connection().close();
    }

    @Override
    public void close() {
        await(server.close());
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the fake upstream", failed);
        }
    }
}
