package dev.scrip.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Sends requests from this process and takes their time. */
final class HttpLoad implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 4_096;
    private static final long SEED = 20_260_101;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
    private static final Buffer LAST_EVENT = Buffer.buffer("data: [DONE]\n\n");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            vertx.createHttpClient(
                    new HttpClientOptions().setTcpNoDelay(true).setKeepAlive(true),
                    new PoolOptions()
                            .setHttp1MaxSize(CONNECTIONS_MAX)
                            .setMaxWaitQueueSize(CONNECTIONS_MAX));
    private final List<Context> contexts = new CopyOnWriteArrayList<>();

    HttpLoad() {
        // Asked for from outside it would be the same context each time.
        int loops = Runtime.getRuntime().availableProcessors();
        CountDownLatch there = new CountDownLatch(loops);
        for (int loop = 0; loop < loops; loop++) {
            var _ =
                    vertx.deployVerticle(
                            new AbstractVerticle() {
                                @Override
                                public void start() {
                                    contexts.add(context);
                                    there.countDown();
                                }
                            });
        }
        try {
            there.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** What a request needs to be sent, made once. */
    private record Prepared(RequestOptions options, Buffer body, boolean streamed) {
        static Prepared of(Target target, Shape shape) {
            return new Prepared(
                    new RequestOptions()
                            .setMethod(HttpMethod.POST)
                            .setAbsoluteURI(target.url() + "/v1/chat/completions")
                            .putHeader("Authorization", "Bearer " + target.key())
                            .putHeader("Content-Type", "application/json"),
                    shape.body(target),
                    shape.streamed());
        }
    }

    /**
     * An open loop: requests are sent at moments of their own, as those of many strangers are, and
     * each one's time counts from its moment, however late it was sent.
     *
     * @param settling of the time, not counted
     */
    Tally open(Target target, Shape shape, double perSecond, Duration settling, Duration time)
            throws InterruptedException {
        Prepared prepared = Prepared.of(target, shape);
        Tally counted = new Tally();
        Tally notCounted = new Tally();
        Random gaps = new Random(SEED);
        Semaphore over = new Semaphore(0);
        long began = System.nanoTime();
        long countedFrom = began + settling.toNanos();
        long end = countedFrom + time.toNanos();
        int sent = 0;
        long moment = began;
        while (true) {
            moment += (long) (-Math.log(1 - gaps.nextDouble()) * 1e9 / perSecond);
            if (moment >= end) {
                break;
            }
            awaitMoment(moment);
            long from = moment;
            Tally tally = from < countedFrom ? notCounted : counted;
            contexts.get(sent++ % contexts.size())
                    .runOnContext(_ -> send(prepared, from, tally, over::release));
        }
        if (!over.tryAcquire(sent, ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            counted.failed("not answered within " + ANSWERED_WITHIN);
        }
        return counted;
    }

    private static void awaitMoment(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** A closed loop: so many under way, the next when one is answered. */
    Tally closed(Target target, Shape shape, int width, Duration settling, Duration time)
            throws InterruptedException {
        Prepared prepared = Prepared.of(target, shape);
        Tally counted = new Tally();
        Tally notCounted = new Tally();
        AtomicBoolean stopping = new AtomicBoolean();
        Semaphore over = new Semaphore(0);
        long began = System.nanoTime();
        long countedFrom = began + settling.toNanos();
        long end = countedFrom + time.toNanos();
        for (int one = 0; one < width; one++) {
            Context context = contexts.get(one % contexts.size());
            Runnable loop =
                    new Runnable() {
                        @Override
                        public void run() {
                            long now = System.nanoTime();
                            if (stopping.get()) {
                                over.release();
                            } else {
                                boolean counts = now >= countedFrom && now < end;
                                send(prepared, now, counts ? counted : notCounted, this);
                            }
                        }
                    };
            context.runOnContext(_ -> loop.run());
        }
        TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        stopping.set(true);
        if (!over.tryAcquire(width, ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            counted.failed("not answered within " + ANSWERED_WITHIN);
        }
        return counted;
    }

    /** Begins so many streams, spread over a time; each is released when it is over. */
    void spread(
            Target target, Shape shape, int count, Duration over, Tally tally, Semaphore released) {
        Prepared prepared = Prepared.of(target, shape);
        long began = System.nanoTime();
        for (int one = 0; one < count; one++) {
            long moment = began + over.toNanos() * one / count;
            awaitMoment(moment);
            contexts.get(one % contexts.size())
                    .runOnContext(_ -> send(prepared, moment, tally, released::release));
        }
    }

    /** One request, waited for. */
    Tally one(Target target, Shape shape) throws InterruptedException {
        Tally tally = new Tally();
        Semaphore over = new Semaphore(0);
        Prepared prepared = Prepared.of(target, shape);
        contexts.getFirst()
                .runOnContext(_ -> send(prepared, System.nanoTime(), tally, over::release));
        over.acquire();
        return tally;
    }

    private void send(Prepared prepared, long from, Tally tally, Runnable after) {
        client.request(prepared.options())
                .compose((HttpClientRequest request) -> request.send(prepared.body()))
                .onSuccess(head -> receive(prepared, head, from, tally, after))
                .onFailure(
                        failure -> {
                            tally.failed(failure.toString());
                            after.run();
                        });
    }

    private static void receive(
            Prepared prepared, HttpClientResponse head, long from, Tally tally, Runnable after) {
        long[] firstAt = {0};
        Buffer[] tail = {Buffer.buffer()};
        head.handler(
                piece -> {
                    if (firstAt[0] == 0) {
                        firstAt[0] = System.nanoTime();
                    }
                    tail[0] = tail(tail[0].appendBuffer(piece));
                });
        head.exceptionHandler(
                failure -> {
                    tally.failed(failure.toString());
                    after.run();
                });
        head.endHandler(
                _ -> {
                    boolean whole = !prepared.streamed() || tail[0].equals(LAST_EVENT);
                    if (head.statusCode() == 200 && whole && firstAt[0] != 0) {
                        tally.answered(firstAt[0] - from, System.nanoTime() - from);
                    } else {
                        tally.failed(head.statusCode() + ", ends with " + tail[0]);
                    }
                    after.run();
                });
    }

    /** A piece may begin anywhere, so the last bytes of all are kept. */
    private static Buffer tail(Buffer bytes) {
        int from = Math.max(0, bytes.length() - LAST_EVENT.length());
        return bytes.getBuffer(from, bytes.length());
    }

    @Override
    public void close() {
        client.close();
        vertx.close();
    }
}
