package dev.scrip.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A closed-loop load on one address: so many connections, each sending its next request when its
 * last one is answered. Runs as a process of its own and prints one line: {@code requests/s
 * failures p50us p99us}.
 */
final class Load {

    private final HttpClient client;
    private final RequestOptions target;
    private final Buffer body;
    private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean counting;
    private volatile boolean stopping;

    private Load(Vertx vertx, String url, String key, String model, int connections) {
        this.client =
                vertx.createHttpClient(
                        new HttpClientOptions().setTcpNoDelay(true).setKeepAlive(true),
                        new PoolOptions().setHttp1MaxSize(connections));
        this.target =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(url + "/v1/chat/completions")
                        .putHeader("Authorization", "Bearer " + key)
                        .putHeader("Content-Type", "application/json");
        this.body =
                Buffer.buffer(
                        """
                        {"model":"%s","max_tokens":64,
                         "messages":[{"role":"user","content":"Hello!"}]}"""
                                .formatted(model));
    }

    /** Arguments: url, key, model, connections, seconds of warm-up, seconds. */
    public static void main(String[] arguments) throws InterruptedException {
        Vertx vertx = Vertx.vertx();
        int connections = Integer.parseInt(arguments[3]);
        Load load = new Load(vertx, arguments[0], arguments[1], arguments[2], connections);
        for (int i = 0; i < connections; i++) {
            vertx.runOnContext(_ -> load.next());
        }
        TimeUnit.SECONDS.sleep(Long.parseLong(arguments[4]));
        load.counting = true;
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(Long.parseLong(arguments[5]));
        load.counting = false;
        double seconds = (System.nanoTime() - began) / 1e9;
        load.stopping = true;
        System.out.printf(
                Locale.ROOT,
                "%.0f %d %d %d%n",
                load.answers.get() / seconds,
                load.failures.get(),
                load.micros.getValueAtPercentile(50),
                load.micros.getValueAtPercentile(99));
        Runtime.getRuntime().halt(0);
    }

    private void next() {
        if (stopping) {
            return;
        }
        long began = System.nanoTime();
        client.request(target)
                .compose(request -> request.send(body))
                .compose(this::whole)
                .onComplete(
                        done -> {
                            if (counting && done.succeeded() && done.result()) {
                                answers.incrementAndGet();
                                micros.recordValue((System.nanoTime() - began) / 1_000);
                            } else if (counting) {
                                failures.incrementAndGet();
                            }
                            next();
                        });
    }

    private io.vertx.core.Future<Boolean> whole(HttpClientResponse response) {
        return response.body().map(_ -> response.statusCode() == 200);
    }
}
