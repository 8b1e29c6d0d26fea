package dev.scrip.gateway;

import dev.scrip.charging.KeptAnswers;
import dev.scrip.charging.RequestMoney;
import dev.scrip.organizations.RateCheck;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What every request needs of the gateway.
 *
 * @param keptAnswers null: nothing is kept
 */
record Parts(
        Vertx vertx,
        RequestMoney charging,
        @Nullable KeptAnswers keptAnswers,
        RateCheck rates,
        InstantSource clock,
        GatewaySettings.Limits limits,
        Answers answers,
        RemoteUpstreams remotes,
        Spool spool) {}
