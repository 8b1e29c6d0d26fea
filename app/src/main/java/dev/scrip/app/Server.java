package dev.scrip.app;

import dev.scrip.postgres.Database;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import dev.scrip.postgres.StartFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The serving process: what it starts, in order, and what it stops, in the opposite order. */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** How long running requests may go on after the signal to stop. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(25);

    private static @Nullable Installation current;

    private Server() {}

    /** How long the end of the process waits for what is around the server to be closed. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(90);

    /** Serves until it is told to stop. */
    static void run(Settings settings, InstantSource clock) {
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitClosed(closed), "close"));
        try {
            serve(settings, clock);
        } finally {
            closed.countDown();
        }
    }

    /**
     * After a signal Java ends when its shutdown hooks have, whatever the main thread still does:
     * this hook is what lets it settle, return the leases and stop PostgreSQL.
     */
    private static void awaitClosed(CountDownLatch closed) {
        try {
            if (!closed.await(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println(
                        "scrip: not everything was closed in time; a start puts it right");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void serve(Settings settings, InstantSource clock) {
        try (DataFolder folder = DataFolder.claim(settings.data())) {
            refuseTakenPort(settings);
            if (settings.database().isPresent()) {
                serve(settings, clock, connect(settings.database().get()));
            } else {
                try (EmbeddedPostgres server = EmbeddedPostgres.start(settings.data(), true)) {
                    serve(
                            settings,
                            clock,
                            Database.open(server.address(Settings.DATABASE_CONNECTIONS)));
                }
            }
        }
    }

    private static Database connect(DatabaseAddress address) {
        try {
            return Database.open(address);
        } catch (RuntimeException failed) {
            throw new StartFailure(
                    "PostgreSQL at %s cannot be used: %s".formatted(address, failed.getMessage()),
                    failed);
        }
    }

    private static void serve(Settings settings, InstantSource clock, Database database) {
        try (Installation installation = new Installation(settings, database, clock)) {
            installation.start();
            current = installation;
            System.setProperty("quarkus.http.port", "" + settings.port());
            System.setProperty("quarkus.http.host", settings.host());
            HeadDeadlines.set(settings.headTime());
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            // Quarkus would end the process where it calls back; what is around must be closed.
            Quarkus.run(Application.class, (_, cause) -> failure.set(cause));
            Throwable cause = failure.get();
            if (cause != null) {
                throw new IllegalStateException("the server ended with an error", cause);
            }
        }
    }

    /** What runs between the start of the HTTP server and its end. */
    public static final class Application implements QuarkusApplication {

        private final GatewayRoutes gateway;

        public Application(GatewayRoutes gateway) {
            this.gateway = gateway;
        }

        @Override
        public int run(String... arguments) {
            Greeting.print(installation().settings(), installation().firstStart(), System.out);
            Quarkus.waitForExit();
            drain();
            return 0;
        }

        /** The HTTP server still answers here: running requests end, new ones are told to retry. */
        private void drain() {
            try {
                gateway.drain(DRAIN_LIMIT)
                        .toCompletableFuture()
                        .get(DRAIN_LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException incomplete) {
                LOG.warn("some requests did not end in time; they are charged for what they got");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The modules of the serving process. */
    static Installation installation() {
        return Optional.ofNullable(current).orElseThrow();
    }

    static String version() {
        return Optional.ofNullable(Server.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private static void refuseTakenPort(Settings settings) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(
                    new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
        } catch (UnknownHostException unknown) {
            throw new StartFailure(
                    "SCRIP_HOST=%s is no address of this machine".formatted(settings.host()),
                    unknown);
        } catch (IOException taken) {
            throw new StartFailure(
                    "port %d of %s is taken by another program: stop it, or set SCRIP_PORT to a"
                                    .formatted(settings.port(), settings.host())
                            + " free one",
                    taken);
        }
    }
}
