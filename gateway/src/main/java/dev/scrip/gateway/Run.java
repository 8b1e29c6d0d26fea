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
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to an endpoint: key, body, money, and then its {@link Relay}. */
final class Run {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Parts parts;
    private final CallerCheck organizations;
    private final Offer offer;
    private final Running running;
    private final Endpoint endpoint;
    private final RoutingContext routing;
    private final Context context;
    private final HttpServerResponse response;
    private final Course course;
    private final Once once;

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
        this.once = new Once(parts, running, context, routing.request());
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
                organizations.authenticate(secret),
                outcome -> {
                    switch (outcome) {
                        case KeyOutcome.Known(Caller caller) -> {
                            course.isOf(caller);
                            once.fault().ifPresentOrElse(this::refuse, () -> readBody(caller));
                        }
                        case KeyOutcome.Unknown() -> refuse(parts.answers().wrongKey(secret));
                        case KeyOutcome.Unavailable() -> refuse(parts.answers().keysUnavailable());
                    }
                });
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
                                        onWorker(() -> endpoint.parse(whole, offer::standsFor)),
                                        () -> onWorker(() -> RequestHash.of(endpoint, whole))))
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

    private <T> Future<T> onWorker(Callable<T> work) {
        return parts.vertx().executeBlocking(work, false);
    }

    private void parse(Caller caller, Buffer body) {
        int bytes = body.length();
        parsed(
                caller,
                Json.sized(
                        parts.vertx(),
                        bytes,
                        () -> endpoint.parse(body.getBytes(), offer::standsFor)),
                () -> Json.sized(parts.vertx(), bytes, () -> RequestHash.of(endpoint, body)));
    }

    private void parsed(
            Caller caller, Future<Endpoint.Parsed> read, Supplier<Future<String>> hash) {
        read.onSuccess(
                        parsed -> {
                            switch (parsed) {
                                case Endpoint.Parsed.Request(ModelRequest request) ->
                                        unlessAnswered(caller, request, hash);
                                case Endpoint.Parsed.Invalid(Answer answer) -> refuse(answer);
                            }
                        })
                .onFailure(this::broken);
    }

    private void unlessAnswered(
            Caller caller, ModelRequest request, Supplier<Future<String>> hash) {
        if (once.isAskedFor()) {
            once.before(caller, hash)
                    .onSuccess(reply -> unless(reply, () -> route(caller, request)))
                    .onFailure(this::broken);
        } else {
            route(caller, request);
        }
    }

    /** Goes on, or says what is said for the request's key. */
    private void unless(Once.@Nullable Reply reply, Runnable next) {
        switch (reply) {
            case null -> next.run();
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
                    if (Offer.countingCanHelp(admission, request)) {
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
        return OutputWindow.admit(parts, payer, request.ask(inputMax), windowed);
    }

    /** The cheap bound on the input does not fit: one more try with what it really is. */
    private void countAndAdmit(Payer payer, ModelRequest request, long cheap, Admission refused) {
        parts.counting()
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
                                unless(reply, () -> {});
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
