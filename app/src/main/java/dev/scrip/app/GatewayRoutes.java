package dev.scrip.app;

import dev.scrip.gateway.Gateway;
import dev.scrip.management.Management;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Puts the routes of the gateway and of the API on the server's own router: all share one port. */
@Singleton
final class GatewayRoutes {

    private final Gateway gateway;
    private final Management management;
    private final SlowClients slowClients;

    /** A page's form or a call of the API is small. */
    private static final Duration BODY_LIMIT = Duration.ofSeconds(60);

    GatewayRoutes(Vertx vertx) {
        this.slowClients = new SlowClients(vertx, BODY_LIMIT);
        this.gateway = Server.installation().gateway(vertx);
        this.management = Server.installation().management(vertx);
    }

    /** For the page that shows how the upstreams are. */
    @Produces
    @Singleton
    Gateway gateway() {
        return gateway;
    }

    void mount(@Observes Router router) {
        slowClients.mount(router);
        management.mount(router);
        gateway.mount(router);
        Server.installation().metricsRoute().mount(router);
    }

    CompletionStage<Void> drain(Duration limit) {
        return gateway.drain(limit);
    }
}
