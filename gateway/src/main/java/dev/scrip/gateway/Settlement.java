package dev.scrip.gateway;

import dev.scrip.charging.Call;
import dev.scrip.charging.Settled;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/**
 * How one request's hold ends: by nothing, or by a charge that is waited for until it is durable.
 */
record Settlement(Parts parts, Dispatch dispatch, Context context) {

    /** A charge that is durable, and the usage it is for. */
    record Booked(Usage usage, Settled settled) {}

    void release() {
        parts.charging().release(dispatch.hold());
    }

    /** Fails if the charge is not durable in time; then the answer must not be completed. */
    Future<Booked> charge(Ending ending, Usage usage) {
        Call call =
                new Call(
                        "chat.completions",
                        dispatch.upstream().name(),
                        dispatch.request().streamed(),
                        parts.clock().instant(),
                        ending.word());
        try {
            return Future.fromCompletionStage(
                            parts.charging().charge(dispatch.hold(), usage, call), context)
                    .timeout(parts.limits().settlement().toMillis(), TimeUnit.MILLISECONDS)
                    .map(settled -> new Booked(usage, settled));
        } catch (IllegalStateException endedBefore) {
            return Future.failedFuture(endedBefore);
        }
    }

    /**
     * {@link #charge} of what we count ourselves.
     *
     * @param written all that the model wrote and the client was sent
     */
    Future<Booked> countAndCharge(Ending ending, String written) {
        return parts.vertx()
                .executeBlocking(() -> count(written), false)
                .onFailure(_ -> release())
                .compose(usage -> charge(ending, usage));
    }

    private Usage count(String written) {
        TokenCounter counter = TokenCounter.of(dispatch.upstreamModel());
        long input = counter.input(dispatch.request().input());
        return new Usage(input, 0, counter.output(written), 0, true);
    }
}
