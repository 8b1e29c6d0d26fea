package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that send a byte at a time, on real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowClientsTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final String HEAD = "GET /now HTTP/1.1\r\nHost: scrip\r\nX-Slow: ";

    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeAll
    void open() {
        HeadDeadlines.set(LIMIT);
        Router router = Router.router(vertx);
        new SlowClients(vertx, LIMIT).mount(router);
        router.get("/now").handler(routing -> routing.response().end("now"));
        // Later than both deadlines.
        router.get("/later")
                .handler(
                        routing ->
                                vertx.setTimer(
                                        LIMIT.toMillis() * 2, _ -> routing.response().end("late")));
        router.post("/form")
                .handler(BodyHandler.create(false))
                .handler(routing -> routing.response().end("read"));
        HttpServer server =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        port = server.actualPort();
    }

    @AfterAll
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Sends a whole request and reads until its answer ends with these words. */
    private static void exchange(Socket socket, String request, String end) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("closed after: %s", heard).isNotNegative();
            heard.append((char) next);
        }
        assertThat(heard.toString()).startsWith("HTTP/1.1 200 OK");
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: scrip\r\n\r\n";
    }

    @Test
    void aHeadThatDoesNotEnd() throws IOException {
        assertThat(Drops.areCutOff(port, HEAD)).isTrue();
        assertThat(Drops.areCutOff(port, "G")).isTrue();
    }

    @Test
    void aSecondHeadThatDoesNotEnd() throws IOException {
        try (Socket socket = connect()) {
            exchange(socket, get("/now"), "now");
            exchange(socket, get("/now"), "now");
            assertThat(Drops.areCutOff(socket, HEAD)).isTrue();
        }
    }

    @Test
    void aBodyThatDoesNotEnd() throws IOException {
        String head = "POST /form HTTP/1.1\r\nHost: scrip\r\nContent-Length: 9999\r\n\r\n";
        assertThat(Drops.areCutOff(port, head)).isTrue();
    }

    /** Who has sent all may wait as long as the answer takes, and ask again. */
    @Test
    void anAnswerThatTakesLonger() throws IOException {
        try (Socket socket = connect()) {
            exchange(socket, get("/later"), "late");
            exchange(
                    socket,
                    "POST /form HTTP/1.1\r\nHost: scrip\r\nContent-Length: 4\r\n\r\nbody",
                    "read");
            exchange(socket, get("/later"), "late");
        }
    }
}
