package dev.scrip.app;

import dev.scrip.gateway.Gateway;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Puts the gateway's routes on the server's own router, so that both share one port. */
@Singleton
final class GatewayRoutes {

    private final Gateway gateway;

    GatewayRoutes(Vertx vertx) {
        this.gateway = Server.installation().gateway(vertx);
    }

    void mount(@Observes Router router) {
        gateway.mount(router);
    }

    CompletionStage<Void> drain(Duration limit) {
        return gateway.drain(limit);
    }
}
