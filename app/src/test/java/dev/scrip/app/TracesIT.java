package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program finds OpenTelemetry's parts and tells a collector of its requests. */
class TracesIT {

    @TempDir Path folder;

    @Test
    void aCollectorIsToldOfARequest() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        HttpServer collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/v1/traces",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    told.add(new String(body, StandardCharsets.ISO_8859_1));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        Map<String, String> settings =
                Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "OTEL_BSP_SCHEDULE_DELAY",
                        "100");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), settings)) {
            HttpResponse<String> answer =
                    Calls.send(Calls.chat(scrip, scrip.firstKey(), "scrip-demo", 5, false));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            // Spans come in any number of messages; that of the request is the last to end.
            StringBuilder all = new StringBuilder();
            while (all.indexOf("POST /v1/chat/completions") < 0) {
                String next = told.poll(60, TimeUnit.SECONDS);
                assertThat(next).as("nothing more after: %s", all).isNotNull();
                all.append(next);
            }
            assertThat(all.toString())
                    .contains("POST /v1/chat/completions")
                    .contains("settle")
                    .contains("scrip.charge_nanos")
                    .doesNotContain("words about trust")
                    .doesNotContain(scrip.firstKey());
        } finally {
            collector.stop(0);
        }
    }
}
