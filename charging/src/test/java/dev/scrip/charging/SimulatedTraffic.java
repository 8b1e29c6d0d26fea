package dev.scrip.charging;

import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The requests of a simulation, as their upstreams and clients see them. */
final class SimulatedTraffic {

    /** Of output, in tokens: what a stream holds at first, and what it is extended by. */
    private static final long WINDOW = 60;

    /** How the gateway has a hold extended. */
    interface Extending {
        CompletionStage<Extension> extend(Charging charging, Hold hold, long outputTokensMax);
    }

    /** Takes down what happened. */
    interface Notes {
        void note(int what, long which);
    }

    /** A process knows so soon that the database has forgotten what it had confirmed to it. */
    private static final long NOTICED_WITHIN = Duration.ofSeconds(8).toNanos();

    private final VirtualTime time;
    private final Random random;
    private final Fairness fairness;
    private Exposure exposure;
    private final Extending extending;
    private final Notes notes;
    private final List<SimulatedRequest> requests = new ArrayList<>();
    private @Nullable AssertionError broken;
    private int refused;

    SimulatedTraffic(
            VirtualTime time,
            Random random,
            Exposure exposure,
            Fairness fairness,
            Extending extending,
            Notes notes) {
        this.time = time;
        this.random = random;
        this.exposure = exposure;
        this.fairness = fairness;
        this.extending = extending;
        this.notes = notes;
    }

    Exposure exposure() {
        return exposure;
    }

    List<SimulatedRequest> requests() {
        return requests;
    }

    int refused() {
        return refused;
    }

    /** A request was started that nobody had the money for. */
    void throwIfBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    void admit(SimulatedProcess process, Payer payer, long tokens, boolean streamed) {
        long asked = streamed ? 10 * tokens : tokens;
        CompletionStage<Admission> admitted =
                streamed
                        ? process.charging.admit(payer, Shop.ask(asked), WINDOW)
                        : process.charging.admit(payer, Shop.ask(asked));
        Fairness.Asking asking = fairness.ask(process, payer);
        var _ =
                admitted.whenComplete(
                        (admission, failed) -> {
                            if (admission instanceof Admission.Held(Hold hold)) {
                                fairness.held(asking, hold, Shop.price(asked));
                                start(process, hold);
                            } else {
                                refused++;
                                fairness.refused(asking, admission);
                                notes.note(4, admission.getClass().getSimpleName().hashCode());
                            }
                        });
    }

    /** The upstream begins: from here on it costs. */
    private void start(SimulatedProcess process, Hold hold) {
        long used = random.nextInt((int) hold.quote().outputTokensMax() + 1);
        SimulatedRequest request = new SimulatedRequest(requests.size(), process, hold, used);
        requests.add(request);
        notes.note(5, request.number);
        request.lost = process.hasLost(request.organizationId());
        if (request.lost && !process.couldNotKnow(time.now(), NOTICED_WITHIN)) {
            fail(new AssertionError(process.name + " goes on with what is forgotten"));
        }
        expose(request, hold.amount().nanos());
        goOn(request, hold.outputTokensHeld());
    }

    /** The upstream writes until it is done, or up to what is held; then that is extended. */
    private void goOn(SimulatedRequest request, long outputTokensHeld) {
        Duration service = Duration.ofMillis(1 + random.nextInt(2_000));
        boolean fails = random.nextInt(8) == 0;
        boolean done = fails || request.outputTokens <= outputTokensHeld;
        boolean _ =
                request.process.machine.runLater(
                        service,
                        () -> {
                            if (done) {
                                end(request, fails, request.outputTokens);
                            } else {
                                extend(request, outputTokensHeld);
                            }
                        });
    }

    private void extend(SimulatedRequest request, long outputTokensHeld) {
        var _ =
                extending
                        .extend(request.process.charging, request.hold, outputTokensHeld + WINDOW)
                        .thenAccept(
                                extension -> {
                                    switch (extension) {
                                        case Extension.Extended(long held) -> {
                                            notes.note(7, held);
                                            expose(request, cost(request, held));
                                            goOn(request, held);
                                        }
                                        case Extension.Refused _ -> {
                                            notes.note(8, request.number);
                                            end(request, false, outputTokensHeld);
                                        }
                                        case Extension.Ended() ->
                                                throw new IllegalStateException("ended by nobody");
                                    }
                                });
    }

    private static long cost(SimulatedRequest request, long outputTokens) {
        return request.hold.quote().withOutput(outputTokens).ceiling().nanos();
    }

    /** It may cost so much now. Whoever completes a stage would not see the error. */
    private void expose(SimulatedRequest request, long nanos) {
        long more = nanos - request.exposed;
        request.exposed = nanos;
        if (!request.lost) {
            try {
                exposure.add(request.hold.payer(), request.hold.heldAt(), more);
            } catch (AssertionError exceeded) {
                fail(exceeded);
            }
            fairness.changed(request.process, request.organizationId(), more);
        }
    }

    private void fail(AssertionError failed) {
        broken = broken == null ? failed : broken;
    }

    /** It costs nothing any more. */
    void free(SimulatedRequest request) {
        expose(request, 0);
    }

    /**
     * The database is another one: what can be claimed now is that no more is started than this one
     * knows of.
     */
    void recount(Map<Long, Money> recorded, Map<Long, Money> granted) {
        exposure = new Exposure(exposure);
        fairness.replace(exposure);
        granted.forEach(exposure::credit);
        for (SimulatedRequest request : requests) {
            Money record = recorded.get(request.hold.requestId());
            long may = record == null ? request.exposed : record.nanos();
            request.lost |= record == null && request.process.hasLost(request.organizationId());
            request.exposed = 0;
            expose(request, may);
        }
    }

    private void end(SimulatedRequest request, boolean fails, long used) {
        Hold hold = request.hold;
        if (fails) {
            request.released = true;
            request.cost = Money.ZERO;
            expose(request, 0);
            request.process.charging.release(hold);
            return;
        }
        Money cost = hold.quote().charge(Shop.usage(used)).amount();
        request.cost = cost;
        expose(request, cost.nanos());
        Call call = new Call("chat", "simulated", false, request.process.machine.instant(), "ok");
        var _ =
                request.process
                        .charging
                        .charge(hold, Shop.usage(used), call)
                        .whenComplete(
                                (settled, failed) -> {
                                    request.acknowledged = settled != null;
                                    notes.note(6, request.number);
                                });
    }
}
