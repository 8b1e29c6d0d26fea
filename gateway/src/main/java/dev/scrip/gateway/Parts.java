package dev.scrip.gateway;

import dev.scrip.charging.Charging;
import dev.scrip.organizations.RateLimits;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What every request needs of the gateway. */
record Parts(
        Vertx vertx,
        Charging charging,
        RateLimits rates,
        InstantSource clock,
        GatewaySettings.Limits limits,
        Answers answers,
        RemoteUpstreams remotes,
        Spool spool) {}
