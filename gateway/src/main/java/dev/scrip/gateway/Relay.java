package dev.scrip.gateway;

import dev.scrip.charging.Admission;
import dev.scrip.charging.Hold;
import dev.scrip.charging.RequestIds;
import dev.scrip.organizations.RatePass;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that money is set aside for, from its first upstream to its charge. Everything
 * happens on the request's own context, so there is nothing to lock. Each hold ends exactly once,
 * as {@link SettlementMatrix} decides: an attempt that costs nothing leaves it to the next one, and
 * after one that is charged the next needs a hold of its own.
 */
final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Parts parts;
    private final ModelRequest request;
    private final RatePass rates;
    private final Search search;
    private final Client client;
    private final Context context;
    private final Runnable whenOver;
    private Hold hold;
    private @Nullable Attempt attempt;
    private boolean searching;
    private boolean stopped;

    /** What the client is told if nobody else is there to ask. */
    private @Nullable Answer failed;

    /**
     * @param rates what it has taken of its rate limits
     * @param context the request's
     * @param course told what becomes of it
     * @param tape where its answer is recorded
     * @param whenOver told once, when the hold has ended and the client has all it will get
     */
    Relay(
            Parts parts,
            ModelRequest request,
            RatePass rates,
            Hold hold,
            Search search,
            HttpServerResponse response,
            Context context,
            Course course,
            Tape tape,
            Runnable whenOver) {
        this.parts = parts;
        this.request = request;
        this.rates = rates;
        this.hold = hold;
        this.search = search;
        this.client = new Client(response, hold, course, tape);
        this.context = context;
        this.whenOver = whenOver;
    }

    /** Sends the request. */
    void start() {
        next();
    }

    private void next() {
        searching = true;
        search.next(
                found -> {
                    searching = false;
                    switch (found) {
                        case Search.Found.Go(Route.Pass pass) -> send(pass);
                        case Search.Found.Nobody nobody -> giveUp(answer(nobody));
                    }
                });
    }

    private Answer answer(Search.Found.Nobody nobody) {
        return failed == null ? parts.answers().nobody(nobody, request.model()) : failed;
    }

    private void send(Route.Pass pass) {
        Dispatch dispatch = new Dispatch(request, rates, hold, pass.route());
        Receiver receiver = Receiver.of(parts, dispatch, client, context);
        Attempt made = new Attempt(parts, dispatch, client, receiver);
        attempt = made;
        client.course().sent(dispatch);
        made.start(fate -> ended(pass, dispatch, receiver, fate, made.error(fate)));
    }

    /** The client hung up: the upstream is read on for its usage, for a while. */
    void clientGone() {
        if (client.isGone()) {
            return;
        }
        client.hungUp();
        if (attempt != null) {
            attempt.clientGone();
        } else if (searching) {
            search.cancel();
            giveUp(parts.answers().broken());
        }
    }

    /** Gives the upstream up, now. */
    void stop(Fate fate) {
        stopped = true;
        if (attempt != null) {
            attempt.stop(fate);
        } else if (searching) {
            search.cancel();
            giveUp(
                    fate == Fate.REVOKED
                            ? parts.answers().keyRevoked()
                            : parts.answers().stopping());
        }
    }

    /** Nothing is charged any more. */
    private void giveUp(Answer answer) {
        searching = false;
        parts.charging().release(hold);
        refuse(answer);
    }

    private void refuse(Answer answer) {
        client.course().refused(answer);
        end(!client.isGone(), () -> client.refuse(answer));
    }

    /** The end of all, whatever happens while the client is told of it. */
    private void end(boolean told, Runnable telling) {
        try {
            if (told) {
                telling.run();
            }
        } catch (RuntimeException failed) {
            LOG.error(
                    "the end of request {} cannot be told; it is cut", client.requestId(), failed);
            client.cut();
        } finally {
            client.over(whenOver);
        }
    }

    /** One upstream's part is over, whatever became of it. */
    private void ended(
            Route.Pass pass, Dispatch dispatch, Receiver receiver, Fate fate, UpstreamError error) {
        attempt = null;
        Blame blame = Blame.of(fate, error);
        pass.end(blame, error.retryAfter(), error.what(fate));
        boolean again =
                blame.mayBeBetterElsewhere() && !client.isBegun() && !client.isGone() && !stopped;
        if (again) {
            failed = parts.answers().failed(fate, error, dispatch);
            LOG.info(
                    "request {}: attempt {} at upstream {} failed: {}",
                    client.requestId(),
                    search.passes(),
                    dispatch.upstream().name(),
                    error.what(fate));
        } else if (blame == Blame.NOBODY && search.passes() > 1) {
            LOG.info(
                    "request {}: answered by upstream {} on attempt {}",
                    client.requestId(),
                    dispatch.upstream().name(),
                    search.passes());
        }
        Optional<Usage> usage = receiver.usage();
        Settlement settlement = new Settlement(parts, dispatch, context);
        SettlementMatrix.Verdict verdict =
                SettlementMatrix.decide(
                        fate, usage.isPresent(), receiver.relayed(), client.isGone());
        client.course().ended(fate, verdict);
        switch (verdict) {
            case SettlementMatrix.Verdict.Release() -> {
                if (again) {
                    next(); // which the same hold pays for
                } else {
                    settlement.release();
                    Answer answer = parts.answers().failed(fate, error, dispatch);
                    client.course().refused(answer);
                    end(!client.isGone(), () -> receiver.refuse(fate, answer));
                }
            }
            case SettlementMatrix.Verdict.ByUsage(Ending ending) ->
                    complete(receiver, fate, again, settlement.charge(ending, usage.orElseThrow()));
            case SettlementMatrix.Verdict.ByCount(Ending ending) ->
                    complete(
                            receiver,
                            fate,
                            again,
                            settlement.countAndCharge(ending, receiver.written().toString()));
        }
    }

    private void complete(Receiver receiver, Fate fate, boolean again, Future<Receipt> booking) {
        booking.onSuccess(
                        receipt -> {
                            client.charged();
                            client.course().charged(receipt);
                            if (again && !client.isGone()) {
                                holdAnew();
                                return;
                            }
                            end(
                                    !client.isGone() || isKept(fate),
                                    () -> receiver.complete(fate, receipt));
                        })
                .onFailure(
                        failure -> {
                            LOG.error(
                                    "request {} is not booked; it is cut",
                                    client.requestId(),
                                    failure);
                            client.withheld();
                            refuse(parts.answers().notBooked());
                        });
    }

    /** Nobody reads it now, but who asks again gets it: it is all that there is. */
    private boolean isKept(Fate fate) {
        return client.takes() && (fate == Fate.COMPLETED || fate == Fate.LIMITED);
    }

    /**
     * The attempt that failed was charged: what comes needs money set aside for all of it again.
     */
    private void holdAnew() {
        Hold before = hold;
        Ask ask = before.quote().ask();
        Future.fromCompletionStage(
                        OutputWindow.admit(
                                parts, before.payer(), ask, OutputWindow.isNeeded(before)),
                        context)
                .onSuccess(
                        admission -> {
                            if (admission instanceof Admission.Held(Hold next)) {
                                goOn(before, next);
                            } else {
                                refuse(parts.answers().refusal(admission));
                            }
                        })
                .onFailure(
                        failure -> {
                            LOG.error("request {} failed", client.requestId(), failure);
                            refuse(parts.answers().broken());
                        });
    }

    private void goOn(Hold before, Hold next) {
        hold = next;
        client.paidFrom(next);
        LOG.info(
                "request {} was charged for an attempt that failed and goes on as {}",
                RequestIds.print(before.requestId()),
                client.requestId());
        if (client.isGone() || stopped) {
            giveUp(parts.answers().stopping());
        } else {
            next();
        }
    }
}
