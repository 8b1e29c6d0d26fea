package dev.scrip.gateway;

import dev.scrip.charging.Charging;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What every request needs of the gateway. */
record Parts(
        Vertx vertx,
        Charging charging,
        InstantSource clock,
        GatewaySettings.Limits limits,
        Answers answers,
        RemoteUpstreams remotes) {}
