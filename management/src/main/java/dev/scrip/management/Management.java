package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Authorizations;
import dev.scrip.ledger.Ledger;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.management.ApiCall.Handler;
import dev.scrip.metering.Metering;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.KeyHeader;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.OperatorKey;
import dev.scrip.organizations.OperatorKeys;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The REST API for operators, under {@code /api} of a router, and what owners of API keys ask about
 * their own credit. It stands beside the pages, not among them: who calls is told by a key alone,
 * never by a cookie.
 *
 * <p>Each call is answered on a virtual thread, for it waits for the database; only so many are at
 * once, and what comes beyond is told to come again.
 */
public final class Management {

    private static final Logger LOG = LoggerFactory.getLogger(Management.class);
    private static final int BODY_MAX = 4 << 20;
    private static final int CALLS_MAX = 64;
    private static final long BODY_MILLIS_MAX = 30_000;

    private final Vertx vertx;
    private final OperatorKeys keys;
    private final Organizations organizations;
    private final OwnKeyCalls own;
    private final HoldCalls holds;
    private final UsageCalls usage;
    private final WalletCalls wallets;
    private final BudgetCalls budgets;
    private final RateLimitCalls rateLimits;
    private final Semaphore running = new Semaphore(CALLS_MAX);

    /**
     * @param hasPaymentMethod whether an organization has one to buy credit with
     */
    public Management(
            Vertx vertx,
            Organizations organizations,
            OperatorKeys keys,
            RateLimits rateLimits,
            Ledger ledger,
            Metering metering,
            Authorizations authorizations,
            LongPredicate hasPaymentMethod,
            InstantSource clock) {
        this.vertx = vertx;
        this.keys = keys;
        this.organizations = organizations;
        this.own = new OwnKeyCalls(organizations, ledger, metering, hasPaymentMethod, clock);
        this.holds = new HoldCalls(organizations, authorizations, ledger.holds());
        this.usage = new UsageCalls(organizations, authorizations, clock);
        this.wallets = new WalletCalls(organizations, ledger, clock);
        this.budgets = new BudgetCalls(organizations, ledger);
        this.rateLimits = new RateLimitCalls(organizations, rateLimits);
    }

    /**
     * Adds the routes; everything under {@code /api} is taken. Some stand under {@code /v1}, so
     * this comes before whoever takes the rest of that.
     */
    public void mount(Router router) {
        for (String base : List.of("", "/v1")) {
            String billing = base + "/dashboard/billing";
            addOwn(router, billing + "/credit_grants", own::creditGrants);
            addOwn(router, billing + "/subscription", own::subscription);
            addOwn(router, billing + "/usage", own::usage);
            addOwn(router, base + "/user/balance", own::userBalance);
        }
        addOwn(router, "/v1/credits", own::balance);
        addOwn(router, "/api/v1/key", own::key);
        addOwn(router, "/api/v1/credits", own::credits);
        String organization = "/api/v1/organizations/:organization";
        String hold = organization + "/holds/:hold";
        add(router, HttpMethod.GET, "/api/v1/organizations", wallets::organizations);
        add(router, HttpMethod.GET, organization + "/balance", wallets::balance);
        add(router, HttpMethod.GET, organization + "/grants", wallets::grants);
        add(router, HttpMethod.POST, organization + "/grants", wallets::grant);
        add(router, HttpMethod.POST, organization + "/grants/:grant/revoke", wallets::revoke);
        add(router, HttpMethod.GET, organization + "/budgets", budgets::list);
        add(router, HttpMethod.PUT, organization + "/budgets", budgets::set);
        add(router, HttpMethod.DELETE, organization + "/budgets/:budget", budgets::remove);
        String limits = "/rate_limits";
        add(router, HttpMethod.GET, "/api/v1" + limits, rateLimits::defaults);
        add(router, HttpMethod.PUT, "/api/v1" + limits, rateLimits::setDefault);
        add(router, HttpMethod.DELETE, "/api/v1" + limits + "/:limit", rateLimits::removeDefault);
        add(router, HttpMethod.GET, organization + limits, rateLimits::list);
        add(router, HttpMethod.PUT, organization + limits, rateLimits::set);
        add(router, HttpMethod.DELETE, organization + limits + "/:limit", rateLimits::remove);
        add(router, HttpMethod.GET, organization + "/holds", holds::list);
        add(router, HttpMethod.POST, organization + "/holds", holds::create);
        add(router, HttpMethod.GET, hold, holds::get);
        add(router, HttpMethod.POST, hold + "/extend", holds::extend);
        add(router, HttpMethod.POST, hold + "/capture", holds::capture);
        add(router, HttpMethod.POST, hold + "/release", holds::release);
        add(router, HttpMethod.POST, "/api/v1/usage/events", usage::events);
        router.route("/api/*")
                .handler(routing -> take(routing, ofOperators(_ -> noSuchPath(routing))));
    }

    private void add(Router router, HttpMethod method, String path, Handler handler) {
        router.route(method, path).handler(routing -> take(routing, ofOperators(handler)));
    }

    private void addOwn(Router router, String path, OwnHandler handler) {
        router.route(HttpMethod.GET, path).handler(routing -> take(routing, ofOwners(handler)));
    }

    /** Answers the owner of an API key; may wait for the database. */
    private interface OwnHandler {
        Answer answer(Caller caller, ApiCall call);
    }

    /** Looks at who calls before anything of the call is read. */
    private interface Door {
        Answer enter(@Nullable String authorization, Reading call);
    }

    private Door ofOperators(Handler handler) {
        return (authorization, call) -> handler.answer(call.read(authenticate(authorization).id()));
    }

    private Door ofOwners(OwnHandler handler) {
        return (authorization, call) -> {
            Caller caller = owner(authorization);
            return handler.answer(caller, call.read(caller.apiKeyId()));
        };
    }

    private static Answer noSuchPath(RoutingContext routing) {
        throw new ApiFault(
                404,
                "unknown_url",
                "There is no %s %s here."
                        .formatted(routing.request().method(), routing.request().path()),
                null);
    }

    /** Reads the body, then answers on a thread of its own. */
    private void take(RoutingContext routing, Door door) {
        if (routing.body().available()) { // another handler of the router has read it
            answer(routing, routing.body().buffer().getBytes(), door);
            return;
        }
        HttpServerRequest request = routing.request();
        Buffer body = Buffer.buffer();
        long timer =
                vertx.setTimer(
                        BODY_MILLIS_MAX,
                        _ ->
                                refuse(
                                        routing,
                                        new ApiFault(
                                                408,
                                                "request_timeout",
                                                "The body did not arrive in time.",
                                                null)));
        request.handler(
                piece -> {
                    if (body.length() + piece.length() > BODY_MAX) {
                        vertx.cancelTimer(timer);
                        refuse(
                                routing,
                                new ApiFault(
                                        413, "request_too_large", "The body is too large.", null));
                    } else {
                        body.appendBuffer(piece);
                    }
                });
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.endHandler(
                _ -> {
                    vertx.cancelTimer(timer);
                    if (!routing.response().ended()) {
                        answer(routing, body.getBytes(), door);
                    }
                });
        request.resume();
    }

    private void answer(RoutingContext routing, byte[] body, Door door) {
        Context context = vertx.getOrCreateContext();
        if (!running.tryAcquire()) {
            refuse(
                    routing,
                    new ApiFault(503, "overloaded", "Too many calls at once; try again.", null));
            return;
        }
        Map<String, String> path = Map.copyOf(routing.pathParams());
        Map<String, String> query = new HashMap<>();
        routing.queryParams().forEach(query::put);
        HttpServerRequest request = routing.request();
        String asked = request.method() + " " + request.path();
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        String key = request.getHeader("Idempotency-Key");
        Thread.ofVirtual()
                .name("management")
                .start(
                        () -> {
                            try {
                                Answer answer =
                                        answer(
                                                authorization,
                                                caller ->
                                                        new ApiCall(
                                                                asked,
                                                                path,
                                                                query,
                                                                key,
                                                                Json.read(body),
                                                                caller),
                                                door);
                                context.runOnContext(_ -> send(routing, answer));
                            } finally {
                                running.release();
                            }
                        });
    }

    private interface Reading {

        /**
         * @param keyId of the operator's or the API key
         */
        ApiCall read(long keyId);
    }

    private static Answer answer(@Nullable String authorization, Reading call, Door door) {
        try {
            return door.enter(authorization, call);
        } catch (ApiFault fault) {
            return answer(fault);
        } catch (RuntimeException failed) {
            LOG.error("a call of the API failed", failed);
            return answer(
                    new ApiFault(
                            503,
                            "unavailable",
                            "This server failed; repeat the call with the same key.",
                            null));
        }
    }

    private OperatorKey authenticate(@Nullable String authorization) {
        String secret = KeyHeader.secret(authorization);
        if (secret == null) {
            throw new ApiFault(
                    401,
                    "missing_operator_key",
                    "Send “Authorization: Bearer YOUR_OPERATOR_KEY”.",
                    null);
        }
        return keys.authenticate(secret)
                .orElseThrow(
                        () ->
                                new ApiFault(
                                        401,
                                        "invalid_operator_key",
                                        "This is no operator's key, or it was revoked.",
                                        null));
    }

    private Caller owner(@Nullable String authorization) {
        String secret = KeyHeader.secret(authorization);
        if (secret == null) {
            throw new ApiFault(
                    401, "missing_api_key", "Send “Authorization: Bearer YOUR_API_KEY”.", null);
        }
        KeyOutcome outcome = organizations.authenticate(secret).toCompletableFuture().join();
        return switch (outcome) {
            case KeyOutcome.Known(Caller caller) -> caller;
            case KeyOutcome.Unknown() ->
                    throw new ApiFault(
                            401,
                            "invalid_api_key",
                            "This API key is unknown or was revoked; make a new one on the API keys"
                                    + " page.",
                            null);
            case KeyOutcome.Unavailable() ->
                    throw new ApiFault(
                            503,
                            "keys_unavailable",
                            "API keys cannot be checked now; try again shortly.",
                            null);
        };
    }

    private static Answer answer(ApiFault fault) {
        ObjectNode body = Json.object();
        body.set("error", fault.error());
        return new Answer(fault.status(), body, false);
    }

    private static void refuse(RoutingContext routing, ApiFault fault) {
        send(routing, answer(fault));
    }

    private static void send(RoutingContext routing, Answer answer) {
        HttpServerResponse response = routing.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (answer.replayed()) {
            response.putHeader("Idempotency-Replayed", "true");
        }
        response.end(Buffer.buffer(Json.write(answer.body())));
    }
}
