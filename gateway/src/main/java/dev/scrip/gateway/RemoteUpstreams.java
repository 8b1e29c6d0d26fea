package dev.scrip.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls to OpenAI-compatible servers. One client for each event loop: one that several loops share
 * now and then gives a connection that another loop is closing.
 */
final class RemoteUpstreams {

    /**
     * Idle connections are dropped before usual servers drop theirs (uvicorn and Node: 5 s), so
     * that no request is sent into a connection that is being closed.
     */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private final Vertx vertx;
    private final int connectionsMax;
    private final Map<Thread, HttpClient> clients = new ConcurrentHashMap<>();

    RemoteUpstreams(Vertx vertx, int connectionsMax) {
        this.vertx = vertx;
        this.connectionsMax = connectionsMax;
    }

    /** Sends a request; call it on an event loop. */
    UpstreamCall call(
            Upstream.OpenAiCompatible upstream, UpstreamRequest request, UpstreamEvents events) {
        HttpClient client = clients.computeIfAbsent(Thread.currentThread(), _ -> client());
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(request.url().toString())
                        .setConnectTimeout(upstream.timeouts().connect().toMillis())
                        .setIdleTimeout(silenceMax(upstream.timeouts()).toMillis())
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(
                                HttpHeaders.ACCEPT,
                                request.streamed() ? "text/event-stream" : "application/json")
                        .putHeader(HttpHeaders.USER_AGENT, "scrip");
        String key = upstream.server().apiKey();
        if (key != null && upstream.server().manner().addressing().keyIsBearer()) {
            options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key);
        } else if (key != null) {
            options.putHeader("api-key", key);
        }
        RemoteCall call = new RemoteCall(events);
        request.body()
                .onSuccess(
                        body ->
                                client.request(options)
                                        .onSuccess(opened -> call.send(opened, body))
                                        .onFailure(call::fail))
                .onFailure(call::fail);
        return call;
    }

    /** The relay watches the time; this only frees what it does not look at any more. */
    private static Duration silenceMax(Upstream.Timeouts timeouts) {
        return timeouts.firstByte().plus(timeouts.idle()).multipliedBy(2);
    }

    private HttpClient client() {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true)
                        .setDecompressionSupported(false),
                new PoolOptions()
                        .setHttp1MaxSize(connectionsMax)
                        .setMaxWaitQueueSize(connectionsMax));
    }

    void close() {
        clients.values().forEach(HttpClient::close);
        clients.clear();
    }

    private static final class RemoteCall implements UpstreamCall {

        private final UpstreamEvents events;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private boolean over;

        RemoteCall(UpstreamEvents events) {
            this.events = events;
        }

        void send(HttpClientRequest opened, Buffer body) {
            if (over) {
                opened.reset();
                return;
            }
            request = opened;
            opened.exceptionHandler(this::fail);
            opened.response()
                    .onComplete(
                            answered -> {
                                if (answered.succeeded()) {
                                    receive(answered.result());
                                } else {
                                    fail(answered.cause());
                                }
                            });
            opened.send(body);
        }

        private void receive(HttpClientResponse answered) {
            if (over) {
                return;
            }
            response = answered;
            answered.exceptionHandler(this::fail);
            answered.handler(
                    piece -> {
                        if (!over) {
                            events.bytes(piece);
                        }
                    });
            answered.endHandler(
                    _ -> {
                        if (!over) {
                            over = true;
                            events.end();
                        }
                    });
            events.head(
                    new UpstreamHead(
                            answered.statusCode(),
                            answered.getHeader(HttpHeaders.CONTENT_TYPE),
                            answered.getHeader("retry-after"),
                            answered.getHeader("retry-after-ms")));
        }

        void fail(Throwable cause) {
            if (!over) {
                over = true;
                events.failed(cause);
            }
        }

        @Override
        public void pause() {
            if (response != null && !over) {
                response.pause();
            }
        }

        @Override
        public void resume() {
            if (response != null && !over) {
                response.resume();
            }
        }

        @Override
        public void cancel() {
            over = true;
            if (request != null) {
                request.reset();
            }
        }
    }
}
