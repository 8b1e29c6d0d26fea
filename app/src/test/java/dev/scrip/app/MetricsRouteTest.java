package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may read the metrics. */
class MetricsRouteTest {

    private static final String TEXT = "scrip_requests_running 3.0\n";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private HttpResponse<String> read(MetricsReaders readers, String... headers)
            throws IOException, InterruptedException {
        Router router = Router.router(vertx);
        new MetricsRoute(() -> TEXT.getBytes(StandardCharsets.UTF_8), "text/plain", readers)
                .mount(router);
        HttpServer server =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/metrics"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void programsOnThisMachineReadThem() throws Exception {
        HttpResponse<String> answer = read(MetricsReaders.LOOPBACK);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(TEXT);
    }

    @Test
    void whoeverComesThroughAProxyDoesNot() throws Exception {
        HttpResponse<String> answer =
                read(MetricsReaders.LOOPBACK, "X-Forwarded-For", "203.0.113.9");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).doesNotContain("scrip_requests");
    }

    @Test
    void everybodyReadsThemWhereTheOperatorSaysSo() throws Exception {
        HttpResponse<String> answer = read(MetricsReaders.ALL, "X-Forwarded-For", "203.0.113.9");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void nobodyReadsThemWhereTheOperatorSaysSo() throws Exception {
        assertThat(read(MetricsReaders.NONE).statusCode()).isEqualTo(404);
    }
}
