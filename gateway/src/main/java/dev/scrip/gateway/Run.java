package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Hold;
import dev.scrip.charging.KeptAnswer;
import dev.scrip.charging.RequestIds;
import dev.scrip.ledger.Payer;
import dev.scrip.organizations.Caller;
import dev.scrip.organizations.CallerCheck;
import dev.scrip.organizations.KeyOutcome;
import dev.scrip.organizations.RateOutcome;
import dev.scrip.organizations.RatePass;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to an endpoint: key, {@link RequestReader}, money, and then its {@link Relay}. */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    /** How long a client whose body is not wanted is listened to. */
    private static final long LINGER_MILLIS = 2_000;

    private final Parts parts;
    private final CallerCheck callers;
    private final Offer offer;
    private final Running running;
    private final Endpoint endpoint;
    private final RoutingContext routing;
    private final Context context;
    private final HttpServerResponse response;
    private final Course course;
    private final Once once;
    private final RequestReader reader;

    private @Nullable Relay relay;
    private RatePass rates = RatePass.NONE;

    /** The key of a stream that runs; read from other threads. */
    private volatile @Nullable String streamsWith;

    private boolean clientGone;
    private boolean over;

    Run(
            Parts parts,
            CallerCheck callers,
            Offer offer,
            Running running,
            Endpoint endpoint,
            RoutingContext routing) {
        this.parts = parts;
        this.callers = callers;
        this.offer = offer;
        this.running = running;
        this.endpoint = endpoint;
        this.routing = routing;
        this.context = parts.vertx().getOrCreateContext();
        this.response = routing.response();
        this.course = Course.of(routing);
        course.isRun(endpoint);
        this.once = new Once(parts, running, context, routing.request());
        this.reader = new RequestReader(parts, offer, running, endpoint, routing);
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
        String secret = Bearer.of(routing.request());
        if (secret == null) {
            refuse(parts.answers().missingKey());
            return;
        }
        then(
                callers.authenticate(secret),
                outcome -> {
                    switch (outcome) {
                        case KeyOutcome.Known(Caller caller) -> {
                            course.isOf(caller);
                            once.fault().ifPresentOrElse(this::refuse, () -> read(caller));
                        }
                        case KeyOutcome.Unknown() -> refuse(parts.answers().wrongKey(secret));
                        case KeyOutcome.Unavailable() -> refuse(parts.answers().keysUnavailable());
                    }
                });
    }

    private void read(Caller caller) {
        if (over) { // this process stops
            return;
        }
        if (clientGone) { // nobody is told any more that its body will never come
            leave();
            return;
        }
        reader.read()
                .onSuccess(
                        found -> {
                            switch (found) {
                                case RequestReader.Found.Request(ModelRequest request, var hash) ->
                                        unlessAnswered(caller, request, hash);
                                case RequestReader.Found.Refused(Answer answer) -> refuse(answer);
                                case RequestReader.Found.Gone() -> leave();
                            }
                        })
                .onFailure(this::broken);
    }

    private void unlessAnswered(
            Caller caller, ModelRequest request, Supplier<Future<String>> hash) {
        if (once.isAskedFor()) {
            once.before(caller, hash)
                    .onSuccess(
                            reply -> {
                                if (reply == null) {
                                    route(caller, request);
                                } else {
                                    say(reply);
                                }
                            })
                    .onFailure(this::broken);
        } else {
            route(caller, request);
        }
    }

    /** What is said for the request's key instead of running it. */
    private void say(Once.Reply reply) {
        switch (reply) {
            case Once.Reply.Refusal(Answer answer) -> refuse(answer);
            case Once.Reply.Again(KeptAnswer answer) -> {
                course.replayed();
                Replies.sendAgain(response, answer);
                leave();
            }
        }
    }

    private void route(Caller caller, ModelRequest request) {
        if (!offer.serves(request.model())) {
            refuse(parts.answers().unknownModel(request.model()));
            return;
        }
        course.asks(request);
        long inputMax = request.input().tokensMax();
        then(
                parts.rates().take(RateAnswers.ask(caller, request, request.ask(inputMax))),
                outcome -> {
                    switch (outcome) {
                        case RateOutcome.Passed(RatePass taken) -> {
                            rates = taken;
                            RateAnswers.putHeaders(response, taken.readings());
                            hold(caller, request, inputMax);
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

    private void hold(Caller caller, ModelRequest request, long inputMax) {
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
                admit(payer, request, inputMax),
                admission -> {
                    if (Offer.countingCanHelp(admission, request)) {
                        countAndAdmit(payer, request, inputMax, admission);
                    } else {
                        admitted(request, admission);
                    }
                });
    }

    /** A stream that can be counted as it comes holds a window of its output first. */
    private CompletionStage<Admission> admit(Payer payer, ModelRequest request, long inputMax) {
        boolean windowed =
                request.streamed() && request.showsAll() && offer.showsAll(request.model());
        return OutputWindow.admit(parts, payer, request.ask(inputMax), windowed);
    }

    /** The bound on the input does not fit: one more try with what it really is. */
    private void countAndAdmit(
            Payer payer, ModelRequest request, long inputMax, Admission refused) {
        parts.counting()
                .executeBlocking(() -> offer.count(request), false)
                .onSuccess(
                        exact -> {
                            if (exact >= inputMax) {
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
        course.admitted(admission instanceof Admission.Held);
        if (!(admission instanceof Admission.Held(Hold hold))) {
            refuse(parts.answers().refusal(admission));
            return;
        }
        if (!once.isAskedFor()) {
            relay(request, hold, Tape.NONE);
            return;
        }
        once.claim(hold)
                .onSuccess(
                        reply -> {
                            if (reply == null) {
                                relay(request, hold, once.tape(hold));
                            } else {
                                parts.charging().release(hold);
                                say(reply);
                            }
                        })
                .onFailure(
                        failure -> {
                            parts.charging().release(hold);
                            broken(failure);
                        });
    }

    private void relay(ModelRequest request, Hold hold, Tape tape) {
        if (clientGone || over) {
            parts.charging().release(hold);
            tape.release().onComplete(_ -> leave());
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
                        tape,
                        this::leave);
        relay = made;
        if (request.streamed()) {
            streamsWith = Bearer.of(routing.request());
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
            reader.release();
            rates.giveBack(); // what was charged stays
        } finally {
            running.leave(this); // or nobody could wait for the end of all
            course.over();
        }
    }
}
