package dev.scrip.gateway;

import dev.scrip.charging.KeptAnswers;
import dev.scrip.charging.RequestIds;
import dev.scrip.charging.RequestMoney;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.CallerCheck;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.RateCheck;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAI-compatible data plane, under {@code /v1} of a router: no request reaches a model
 * without money set aside for all that it may cost, and no answer is complete before its charge is
 * durable.
 */
public final class Gateway implements AutoCloseable {

    static final List<Endpoint> ENDPOINTS =
            List.of(
                    new ChatEndpoint(),
                    new ResponsesEndpoint(),
                    new CompletionsEndpoint(),
                    new EmbeddingsEndpoint(),
                    new ModerationsEndpoint(),
                    ImagesEndpoint.GENERATIONS,
                    ImagesEndpoint.EDITS,
                    new SpeechEndpoint(),
                    TranscriptionEndpoint.TRANSCRIPTIONS,
                    TranscriptionEndpoint.TRANSLATIONS);

    /**
     * What is asked most need not be compared with every other path of the router. The server's own
     * handlers have the order 0 or less.
     */
    private static final int BEFORE_OTHERS = 1;

    private final Vertx vertx;
    private final Observation observation;
    private final InstantSource clock;
    private final CallerCheck callers;
    private final Parts parts;
    private final Fleet fleet;
    private final Offer offer;
    private final Running running;
    private final KeyWatch keys;

    /**
     * @param keptAnswers null: keys that clients give their requests mean nothing
     * @param observation whose metrics are of this gateway and its charging alone
     */
    public Gateway(
            Vertx vertx,
            RequestMoney charging,
            @Nullable KeptAnswers keptAnswers,
            CallerCheck callers,
            RateCheck rates,
            GatewaySettings settings,
            Observation observation,
            InstantSource clock) {
        this.vertx = vertx;
        this.observation = observation;
        this.clock = clock;
        this.callers = callers;
        this.fleet =
                new Fleet(
                        settings.upstreams(),
                        clock,
                        bound -> ThreadLocalRandom.current().nextInt(bound));
        this.offer = new Offer(fleet, settings.upstreams().aliases(), charging, clock.instant());
        this.running = new Running(settings.limits());
        this.parts =
                new Parts(
                        vertx,
                        vertx.createSharedWorkerExecutor(
                                "scrip-counting", Math.max(1, processors() / 2)),
                        charging,
                        keptAnswers,
                        rates,
                        clock,
                        settings.limits(),
                        new Answers(settings.topUpUrl()),
                        new RemoteUpstreams(vertx, settings.limits().requestsMax()),
                        Spool.open(settings.uploads()));
        this.keys = new KeyWatch(vertx, callers, running);
        observation.metrics().show(running::count, charging::running, fleet::health);
        charging.watchedBy(observation.metrics().charging());
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Adds the routes. The router may be shared with others; everything under /v1 is taken. */
    public void mount(Router router) {
        for (Endpoint endpoint : ENDPOINTS) {
            router.post("/v1" + endpoint.path())
                    .order(BEFORE_OTHERS)
                    .handler(this::begin)
                    .handler(
                            routing ->
                                    new Run(parts, callers, offer, running, endpoint, routing)
                                            .start());
        }
        router.route("/v1/*").handler(this::begin);
        router.post("/v1/images/variations")
                .handler(routing -> reply(routing, _ -> parts.answers().noVariations()));
        router.routeWithRegex("/v1/responses/(?!(?:input_tokens|compact)$).+")
                .handler(routing -> reply(routing, _ -> parts.answers().nothingStored()));
        router.get("/v1/models").handler(routing -> reply(routing, _ -> models()));
        // Names of models may contain slashes.
        router.getWithRegex("/v1/models/(?<model>.+)")
                .handler(routing -> reply(routing, this::model));
        router.route("/v1/*").handler(this::noSuchPath);
    }

    private void begin(RoutingContext routing) {
        Course.begin(observation, routing, clock);
        if (!Guard.refuses(routing, parts.answers())) {
            routing.next();
        }
    }

    private Answer models() {
        return new Answer(200, Json.write(offer.list()), Map.of());
    }

    private Answer model(RoutingContext routing) {
        String model = routing.pathParam("model");
        return offer.one(model)
                .map(found -> new Answer(200, Json.write(found), Map.of()))
                .orElseGet(() -> parts.answers().unknownModel(model));
    }

    /** Answers whoever has a key. */
    private void reply(RoutingContext routing, Function<RoutingContext, Answer> answer) {
        routing.request().resume();
        if (running.isStopping()) {
            send(routing, parts.answers().stopping());
            return;
        }
        String secret = Bearer.of(routing.request());
        if (secret == null) {
            send(routing, parts.answers().missingKey());
            return;
        }
        Context context = vertx.getOrCreateContext();
        callers.authenticate(secret)
                .whenComplete(
                        (outcome, failure) ->
                                context.runOnContext(
                                        _ ->
                                                send(
                                                        routing,
                                                        failure == null
                                                                ? known(
                                                                        routing, secret, outcome,
                                                                        answer)
                                                                : parts.answers()
                                                                        .keysUnavailable())));
    }

    private Answer known(
            RoutingContext routing,
            String secret,
            KeyOutcome outcome,
            Function<RoutingContext, Answer> answer) {
        return switch (outcome) {
            case KeyOutcome.Known(Caller caller) -> {
                Course.of(routing).isOf(caller);
                yield answer.apply(routing);
            }
            case KeyOutcome.Unknown() -> parts.answers().wrongKey(secret);
            case KeyOutcome.Unavailable() -> parts.answers().keysUnavailable();
        };
    }

    private void noSuchPath(RoutingContext routing) {
        routing.request().resume();
        send(
                routing,
                parts.answers()
                        .noSuchPath(routing.request().method().name(), routing.request().path()));
    }

    private static void send(RoutingContext routing, Answer answer) {
        Replies.send(routing.response(), RequestIds.fresh(), answer);
    }

    /** How each upstream is now, seen from this process. */
    public List<UpstreamHealth> upstreams() {
        return fleet.health();
    }

    /**
     * Refuses new requests and waits for the running ones; what still runs at the end of {@code
     * limit} is stopped and charged for what was relayed. Complete when none runs.
     */
    public CompletionStage<Void> drain(Duration limit) {
        CompletionStage<Void> empty = running.stop();
        long timer = vertx.setTimer(Math.max(1, limit.toMillis()), _ -> running.cutAll());
        return empty.whenComplete((_, _) -> vertx.cancelTimer(timer));
    }

    /** Closes the connections to the upstreams; call {@link #drain} before. */
    @Override
    public void close() {
        keys.close();
        parts.remotes().close();
        var _ = parts.counting().close();
    }
}
