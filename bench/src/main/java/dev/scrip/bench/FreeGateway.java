package dev.scrip.bench;

import dev.scrip.gateway.Gateway;
import dev.scrip.gateway.GatewayMetrics;
import dev.scrip.gateway.GatewaySettings;
import dev.scrip.gateway.InvalidUpstreams;
import dev.scrip.gateway.Observation;
import dev.scrip.gateway.UploadSettings;
import dev.scrip.gateway.Upstreams;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.RateOutcome;
import dev.scrip.organizations.RatePass;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What governing is compared with: the gateway itself, with every key known, no limit and {@link
 * FreeMoney}. All else is as it is shipped, the metrics and the line of each request included.
 * Arguments: port, file of upstreams, folder for uploads.
 */
final class FreeGateway extends AbstractVerticle {

    private static final Caller ANYBODY = new Caller(1, 2, 3, 4);

    private final Router router;
    private final int port;

    private FreeGateway(Router router, int port) {
        this.router = router;
        this.port = port;
    }

    public static void main(String[] arguments) throws InvalidUpstreams {
        int port = Integer.parseInt(arguments[0]);
        Upstreams upstreams = Upstreams.read(Path.of(arguments[1]), Map.of());
        // As many event loops as the shipped server has.
        int loops = VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE;
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        Gateway gateway =
                new Gateway(
                        vertx,
                        new FreeMoney(),
                        null,
                        _ -> CompletableFuture.completedStage(new KeyOutcome.Known(ANYBODY)),
                        _ ->
                                CompletableFuture.completedStage(
                                        new RateOutcome.Passed(RatePass.NONE)),
                        new GatewaySettings(
                                upstreams, null, UploadSettings.in(Path.of(arguments[2]))),
                        new Observation(new GatewayMetrics(), true),
                        InstantSource.system());
        Router router = Router.router(vertx);
        gateway.mount(router);
        vertx.deployVerticle(
                        () -> new FreeGateway(router, port),
                        new DeploymentOptions().setInstances(loops))
                .onSuccess(_ -> System.out.println("ready"));
    }

    @Override
    public void start() {
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(router)
                .listen(port, "127.0.0.1");
    }
}
