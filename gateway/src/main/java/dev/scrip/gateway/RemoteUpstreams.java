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
                        .putHeader(HttpHeaders.ACCEPT, request.accept())
                        .putHeader(HttpHeaders.USER_AGENT, "scrip");
        String key = upstream.server().apiKey();
        if (key != null && upstream.server().manner().addressing().keyIsBearer()) {
            options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key);
        } else if (key != null) {
            options.putHeader("api-key", key);
        }
        if (request.traceparent() != null) {
            options.putHeader("traceparent", request.traceparent());
        }
        RemoteCall call = new RemoteCall(vertx, events);
        request.body()
                .onSuccess(
                        body ->
                                client.request(options)
                                        .onSuccess(opened -> call.send(opened, body))
                                        .onFailure(call::failed))
                .onFailure(call::failed);
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

    private static final class RemoteCall implements UpstreamCall, FormWriter.Listener {

        private final Vertx vertx;
        private final UpstreamEvents events;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private @Nullable FormWriter writer;
        private boolean over;

        RemoteCall(Vertx vertx, UpstreamEvents events) {
            this.vertx = vertx;
            this.events = events;
        }

        void send(HttpClientRequest opened, UpstreamBody body) {
            if (over) {
                opened.reset();
                return;
            }
            request = opened;
            opened.exceptionHandler(this::failed);
            opened.response()
                    .onComplete(
                            answered -> {
                                if (answered.succeeded()) {
                                    receive(answered.result());
                                } else {
                                    failed(answered.cause());
                                }
                            });
            switch (body) {
                case UpstreamBody.Text(Buffer json) ->
                        opened.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").send(json);
                case UpstreamBody.Parts(Form form) ->
                        writer = FormWriter.start(vertx, opened, form, this);
            }
        }

        @Override
        public void sent() {
            if (!over) {
                events.sent();
            }
        }

        private void receive(HttpClientResponse answered) {
            if (over) {
                return;
            }
            response = answered;
            answered.exceptionHandler(this::failed);
            answered.handler(
                    piece -> {
                        if (!over) {
                            events.bytes(piece);
                        }
                    });
            answered.endHandler(
                    _ -> {
                        if (!over) {
                            over();
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

        @Override
        public void failed(Throwable cause) {
            if (!over) {
                over();
                events.failed(cause);
            }
        }

        /** A form that it did not want to the end is not written on. */
        private void over() {
            over = true;
            if (writer != null) {
                writer.stop();
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
            over();
            if (request != null) {
                request.reset();
            }
        }
    }
}
