package dev.scrip.gateway;

import dev.scrip.charging.RequestMoney;
import dev.scrip.organizations.RateCheck;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What every request needs of the gateway. */
record Parts(
        Vertx vertx,
        RequestMoney charging,
        RateCheck rates,
        InstantSource clock,
        GatewaySettings.Limits limits,
        Answers answers,
        RemoteUpstreams remotes,
        Spool spool) {}
