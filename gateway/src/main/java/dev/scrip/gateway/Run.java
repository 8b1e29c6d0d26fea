package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestIds;
import dev.scrip.ledger.Payer;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.CallerCheck;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.RateOutcome;
import dev.scrip.organizations.RatePass;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to an endpoint: key, body, money, and then its {@link Relay}. */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** Counting more text than this exactly takes too long to be done for nothing. */
    private static final long EXACT_BYTES_MAX = 8 << 20;

    private final Parts parts;
    private final CallerCheck organizations;
    private final Offer offer;
    private final Running running;
    private final Endpoint endpoint;
    private final RoutingContext routing;
    private final Context context;
    private final HttpServerResponse response;
    private final Course course;

    /** How long a client whose body is not wanted is listened to. */
    private static final long LINGER_MILLIS = 2_000;

    private @Nullable BodyReader reader;
    private @Nullable FormReader form;
    private @Nullable Relay relay;
    private RatePass rates = RatePass.NONE;

    /** The key of a stream that runs; read from other threads. */
    private volatile @Nullable String streamsWith;

    private boolean clientGone;
    private boolean over;

    Run(
            Parts parts,
            CallerCheck organizations,
            Offer offer,
            Running running,
            Endpoint endpoint,
            RoutingContext routing) {
        this.parts = parts;
        this.organizations = organizations;
        this.offer = offer;
        this.running = running;
        this.endpoint = endpoint;
        this.routing = routing;
        this.context = parts.vertx().getOrCreateContext();
        this.response = routing.response();
        this.course = Course.of(routing);
        course.isRun(endpoint);
    }

    void start() {
        routing.request().pause(); // until it is known whose it is
        routing.addEndHandler(
                ended -> {
                    if (ended.failed()) {
                        hungUp();
                    }
                });
        switch (running.enter(this)) {
            case FULL -> refuse(parts.answers().overloaded());
            case STOPPING -> refuse(parts.answers().stopping());
            case ENTERED -> authenticate();
        }
    }

    private void authenticate() {
        String secret = bearer(routing.request());
        if (secret == null) {
            refuse(parts.answers().missingKey());
            return;
        }
        then(
                organizations.authenticate(secret),
                outcome -> {
                    switch (outcome) {
                        case KeyOutcome.Known(Caller caller) -> {
                            course.isOf(caller);
                            readBody(caller);
                        }
                        case KeyOutcome.Unknown() -> refuse(parts.answers().wrongKey(secret));
                        case KeyOutcome.Unavailable() -> refuse(parts.answers().keysUnavailable());
                    }
                });
    }

    static @Nullable String bearer(HttpServerRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String secret = given.substring(7).strip();
        return secret.isEmpty() ? null : secret;
    }

    private void readBody(Caller caller) {
        if (over) { // this process stops
            return;
        }
        if (clientGone) { // nobody is told any more that its body will never come
            leave();
            return;
        }
        if (FormReader.isForm(routing.request())) {
            readForm(caller);
            return;
        }
        BodyReader body =
                BodyReader.start(parts.vertx(), routing, running, parts.limits().bodyBytesMax());
        reader = body;
        body.body()
                .onSuccess(whole -> parse(caller, whole))
                .onFailure(
                        failure -> {
                            if (failure instanceof BodyReader.Refused refused) {
                                refuseBody(refused.reason());
                            } else {
                                broken(failure);
                            }
                        });
    }

    private void refuseBody(BodyReader.Refused.Reason reason) {
        switch (reason) {
            case TOO_LARGE -> refuse(parts.answers().bodyTooLarge(parts.limits().bodyBytesMax()));
            case TOO_SLOW -> refuse(parts.answers().bodyTooSlow());
            case TOO_MANY -> refuse(parts.answers().overloaded());
            case BROKEN_OFF -> leave();
        }
    }

    private void readForm(Caller caller) {
        if (!endpoint.takesForms()) {
            refuse(parts.answers().noForms(endpoint.path()));
            return;
        }
        FormReader reading = FormReader.start(parts, running, routing.request());
        form = reading;
        reading.form()
                .onSuccess(
                        whole ->
                                parsed(
                                        caller,
                                        parts.vertx()
                                                .executeBlocking(
                                                        () ->
                                                                endpoint.parse(
                                                                        whole, offer::standsFor),
                                                        false)))
                .onFailure(
                        failure -> {
                            if (!(failure instanceof FormReader.Refused refused)) {
                                broken(failure);
                            } else if (refused.answer() == null) {
                                leave();
                            } else {
                                refuse(refused.answer());
                            }
                        });
    }

    private void parse(Caller caller, Buffer body) {
        parsed(
                caller,
                Json.sized(
                        parts.vertx(),
                        body.length(),
                        () -> endpoint.parse(body.getBytes(), offer::standsFor)));
    }

    private void parsed(Caller caller, Future<Endpoint.Parsed> read) {
        read.onSuccess(
                        parsed -> {
                            switch (parsed) {
                                case Endpoint.Parsed.Request(ModelRequest request) ->
                                        route(caller, request);
                                case Endpoint.Parsed.Invalid(Answer answer) -> refuse(answer);
                            }
                        })
                .onFailure(this::broken);
    }

    private void route(Caller caller, ModelRequest request) {
        if (!offer.serves(request.model())) {
            refuse(parts.answers().unknownModel(request.model()));
            return;
        }
        course.asks(request);
        long cheap = request.input().tokensMax();
        then(
                parts.rates().take(RateAnswers.ask(caller, request, request.ask(cheap))),
                outcome -> {
                    switch (outcome) {
                        case RateOutcome.Passed(RatePass taken) -> {
                            rates = taken;
                            RateAnswers.putHeaders(response, taken.readings());
                            hold(caller, request, cheap);
                        }
                        case RateOutcome.Refused refused -> {
                            RateAnswers.putHeaders(response, refused.readings());
                            refuse(RateAnswers.refusal(refused, caller, request.model()));
                        }
                        case RateOutcome.Unavailable() ->
                                refuse(parts.answers().limitsUnavailable());
                    }
                });
    }

    private void hold(Caller caller, ModelRequest request, long cheap) {
        if (over) { // this process stops
            rates.giveBack();
            return;
        }
        Payer payer =
                new Payer(
                        caller.organizationId(),
                        caller.projectId(),
                        caller.apiKeyId(),
                        caller.memberId(),
                        request.endUser());
        then(
                admit(payer, request, cheap),
                admission -> {
                    if (countingCanHelp(admission, request)) {
                        countAndAdmit(payer, request, cheap, admission);
                    } else {
                        admitted(request, admission);
                    }
                });
    }

    /** A stream that can be counted as it comes holds a window of its output first. */
    private CompletionStage<Admission> admit(Payer payer, ModelRequest request, long inputMax) {
        boolean windowed =
                request.streamed() && request.showsAll() && offer.showsAll(request.model());
        return windowed
                ? parts.charging().admit(payer, request.ask(inputMax), OutputWindow.FIRST_TOKENS)
                : parts.charging().admit(payer, request.ask(inputMax));
    }

    private static boolean countingCanHelp(Admission admission, ModelRequest request) {
        boolean tooMuch =
                switch (admission) {
                    case Admission.InsufficientCredit _,
                            Admission.LimitReached _,
                            Admission.TooLong _ ->
                            true;
                    case Admission.Held _,
                            Admission.Unpriced _,
                            Admission.TierUnpriced _,
                            Admission.Frozen _,
                            Admission.Unavailable _ ->
                            false;
                };
        return tooMuch && request.input().bytes() <= EXACT_BYTES_MAX;
    }

    /** The cheap bound on the input does not fit: one more try with what it really is. */
    private void countAndAdmit(Payer payer, ModelRequest request, long cheap, Admission refused) {
        parts.vertx()
                .executeBlocking(() -> offer.count(request), false)
                .onSuccess(
                        exact -> {
                            if (exact >= cheap) {
                                admitted(request, refused);
                            } else {
                                then(
                                        admit(payer, request, exact),
                                        again -> admitted(request, again));
                            }
                        })
                .onFailure(this::broken);
    }

    private void admitted(ModelRequest request, Admission admission) {
        if (!(admission instanceof Admission.Held(Hold hold))) {
            refuse(parts.answers().refusal(admission));
            return;
        }
        if (clientGone || over) {
            parts.charging().release(hold);
            leave();
            return;
        }
        Relay made =
                new Relay(
                        parts,
                        request,
                        rates,
                        hold,
                        offer.search(request.model(), context),
                        response,
                        context,
                        course,
                        this::leave);
        relay = made;
        if (request.streamed()) {
            streamsWith = bearer(routing.request());
        }
        made.start();
    }

    /** Continues on the request's own context, wherever the stage completes. */
    private <T> void then(CompletionStage<T> stage, Consumer<T> next) {
        stage.whenComplete(
                (result, failure) ->
                        context.runOnContext(
                                _ -> {
                                    if (failure != null) {
                                        broken(failure);
                                    } else {
                                        next.accept(result);
                                    }
                                }));
    }

    private void hungUp() {
        clientGone = true;
        if (relay != null) {
            relay.clientGone();
        }
    }

    /** This process stops and does not wait for it any more. */
    void stopLater() {
        context.runOnContext(
                _ -> {
                    if (relay != null) {
                        relay.stop(Fate.STOPPED);
                    } else if (!over) {
                        refuse(parts.answers().stopping());
                    }
                });
    }

    /** The secret of its key, if it is a stream that runs; null: it is none. */
    @Nullable String streamsWith() {
        return streamsWith;
    }

    /** The key that it streams with is revoked. */
    void stopRevoked() {
        context.runOnContext(
                _ -> {
                    if (relay != null && !over) {
                        LOG.info("a stream is stopped, because its key was revoked");
                        relay.stop(Fate.REVOKED);
                    }
                });
    }

    private void broken(Throwable failure) {
        LOG.error("a request to {} failed", endpoint.path(), failure);
        refuse(parts.answers().broken());
    }

    private void refuse(Answer answer) {
        HttpServerRequest request = routing.request();
        boolean unread = !request.isEnded();
        if (unread && request.version() != HttpVersion.HTTP_2) {
            // The rest of the body is not waited for; the connection cannot serve another request.
            response.putHeader(HttpHeaders.CONNECTION, "close");
            // A client that is cut while it still sends does not see the answer.
            parts.vertx().setTimer(LINGER_MILLIS, _ -> hangUp(request));
        }
        course.refused(answer);
        Replies.send(response, RequestIds.fresh(), answer);
        if (unread) {
            request.resume();
        }
        leave();
    }

    private static void hangUp(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.connection().close();
        }
    }

    private void leave() {
        over = true;
        try {
            if (reader != null) {
                reader.release();
            }
            if (form != null) {
                form.release();
            }
            rates.giveBack(); // what was charged stays
        } finally {
            running.leave(this); // or nobody could wait for the end of all
            course.over();
        }
    }
}
