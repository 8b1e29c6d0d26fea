package dev.scrip.gateway;

import dev.scrip.charging.KeptAnswers;
import dev.scrip.charging.RequestMoney;
import dev.scrip.organizations.RateCheck;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What every request needs of the gateway.
 *
 * @param counting counts the tokens of whole prompts; narrow, so that whatever is asked to be
 *     counted at once leaves processors to all others
 * @param keptAnswers null: nothing is kept
 */
record Parts(
        Vertx vertx,
        WorkerExecutor counting,
        RequestMoney charging,
        @Nullable KeptAnswers keptAnswers,
        RateCheck rates,
        InstantSource clock,
        GatewaySettings.Limits limits,
        Answers answers,
        RemoteUpstreams remotes,
        Spool spool) {}
