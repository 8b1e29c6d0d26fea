package dev.scrip.gateway;

import dev.scrip.charging.Charging;
import dev.scrip.organizations.Organizations;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * The OpenAI-compatible data plane, under {@code /v1} of a router: no request reaches a model
 * without money set aside for all that it may cost, and no answer is complete before its charge is
 * durable.
 */
public final class Gateway implements AutoCloseable {

    public Gateway(
            Vertx vertx,
            Charging charging,
            Organizations organizations,
            GatewaySettings settings,
            InstantSource clock) {
        throw new UnsupportedOperationException("gateway: to be written");
    }

    /** Adds the routes. The router may be shared with others; everything under /v1 is taken. */
    public void mount(Router router) {
        throw new UnsupportedOperationException();
    }

    /**
     * Refuses new requests and waits for the running ones; what still runs at the end of {@code
     * limit} is stopped and charged for what was relayed. Complete when none runs.
     */
    public CompletionStage<Void> drain(Duration limit) {
        throw new UnsupportedOperationException();
    }

    /** Closes the connections to the upstreams; call {@link #drain} before. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
