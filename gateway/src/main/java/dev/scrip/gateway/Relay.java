package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that money is set aside for, from its upstream to its charge. Everything happens on
 * the request's own context, so there is nothing to lock. The hold ends exactly once, as {@link
 * SettlementMatrix} decides.
 */
final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Parts parts;
    private final Dispatch dispatch;
    private final Client client;
    private final Settlement settlement;
    private final Runnable whenOver;
    private @Nullable Attempt attempt;

    /**
     * @param context the request's
     * @param whenOver told once, when the hold has ended and the client has all it will get
     */
    Relay(
            Parts parts,
            Dispatch dispatch,
            HttpServerResponse response,
            Context context,
            Runnable whenOver) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.client = new Client(response, dispatch.hold());
        this.settlement = new Settlement(parts, dispatch, context);
        this.whenOver = whenOver;
    }

    /** Sends the request. */
    void start() {
        Receiver receiver =
                dispatch.request().streamed()
                        ? new StreamReceiver(parts, dispatch, client)
                        : new PlainReceiver(parts, dispatch, client);
        Attempt made = new Attempt(parts, dispatch, client, receiver);
        attempt = made;
        made.start(fate -> settle(made, receiver, fate));
    }

    /** The client hung up: the upstream is read on for its usage, for a while. */
    void clientGone() {
        if (!client.isGone()) {
            client.hungUp();
            if (attempt != null) {
                attempt.clientGone();
            }
        }
    }

    /** Gives the upstream up, now. */
    void stop(Fate fate) {
        if (attempt != null) {
            attempt.stop(fate);
        }
    }

    /** The upstream's part is over, whatever became of it: the hold ends. */
    private void settle(Attempt ended, Receiver receiver, Fate fate) {
        Optional<Usage> usage = receiver.usage();
        switch (SettlementMatrix.decide(
                fate, usage.isPresent(), receiver.relayed(), client.isGone())) {
            case SettlementMatrix.Verdict.Release() -> {
                settlement.release();
                if (!client.isGone()) {
                    receiver.refuse(fate, ended.refusal(fate));
                }
                whenOver.run();
            }
            case SettlementMatrix.Verdict.ByUsage(Ending ending) ->
                    complete(receiver, fate, settlement.charge(ending, usage.orElseThrow()));
            case SettlementMatrix.Verdict.ByCount(Ending ending) ->
                    complete(
                            receiver,
                            fate,
                            settlement.countAndCharge(ending, receiver.written().toString()));
        }
    }

    private void complete(Receiver receiver, Fate fate, Future<Receipt> booking) {
        booking.onSuccess(
                        receipt -> {
                            if (!client.isGone()) {
                                receiver.complete(fate, receipt);
                            }
                            whenOver.run();
                        })
                .onFailure(
                        failure -> {
                            LOG.error(
                                    "request {} is not booked; it is cut",
                                    client.requestId(),
                                    failure);
                            client.refuse(parts.answers().notBooked());
                            whenOver.run();
                        });
    }
}
