package dev.scrip.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;

/**
 * What the gateway is compared with: a relay on the same stack that forwards a body and returns the
 * answer, with no key, no price, no hold, no settlement. Arguments: port, upstream's port.
 */
final class PlainRelay extends AbstractVerticle {

    private final int port;
    private final int upstream;

    private PlainRelay(int port, int upstream) {
        this.port = port;
        this.upstream = upstream;
    }

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        int upstream = Integer.parseInt(arguments[1]);
        DeploymentOptions perCore =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        Vertx.vertx()
                .deployVerticle(() -> new PlainRelay(port, upstream), perCore)
                .onSuccess(_ -> System.out.println("ready"));
    }

    @Override
    public void start() {
        HttpClient client =
                vertx.createHttpClient(
                        new HttpClientOptions().setTcpNoDelay(true).setKeepAlive(true),
                        new PoolOptions().setHttp1MaxSize(1_000));
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(request -> relay(client, request))
                .listen(port, "127.0.0.1");
    }

    private void relay(HttpClient client, HttpServerRequest request) {
        request.body()
                .compose(
                        body ->
                                client.request(
                                                HttpMethod.POST,
                                                upstream,
                                                "127.0.0.1",
                                                request.uri())
                                        .compose(out -> send(out, body)))
                .compose(
                        answer ->
                                answer.body()
                                        .compose(
                                                body ->
                                                        request.response()
                                                                .setStatusCode(answer.statusCode())
                                                                .putHeader(
                                                                        "content-type",
                                                                        "application/json")
                                                                .end(body)))
                .onFailure(_ -> request.response().setStatusCode(502).end());
    }

    private static io.vertx.core.Future<io.vertx.core.http.HttpClientResponse> send(
            HttpClientRequest request, io.vertx.core.buffer.Buffer body) {
        return request.putHeader("content-type", "application/json").send(body);
    }
}
