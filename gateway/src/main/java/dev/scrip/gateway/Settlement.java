package dev.scrip.gateway;

import dev.scrip.charging.Call;
import dev.scrip.charging.RequestIds;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/**
 * How one request's hold ends: by nothing, or by a charge that is waited for until it is durable.
 */
record Settlement(Parts parts, Dispatch dispatch, Context context) {

    void release() {
        parts.charging().release(dispatch.hold());
    }

    /** Fails if the charge is not durable in time; then the answer must not be completed. */
    Future<Receipt> charge(Ending ending, Usage usage) {
        dispatch.pass()
                .settle(
                        usage.inputTokens(),
                        usage.outputTokens(),
                        usage.extras().images(),
                        usage.extras().audioSeconds());
        Call call =
                new Call(
                        dispatch.request().endpoint().name(),
                        dispatch.upstream().name(),
                        dispatch.request().streamed(),
                        parts.clock().instant(),
                        ending.word(),
                        dispatch.upstream().costOf(dispatch.request().model()));
        String requestId = RequestIds.print(dispatch.hold().requestId());
        try {
            return Future.fromCompletionStage(
                            parts.charging().charge(dispatch.hold(), usage, call), context)
                    .timeout(parts.limits().settlement().toMillis(), TimeUnit.MILLISECONDS)
                    .map(settled -> new Receipt(requestId, usage, settled));
        } catch (IllegalStateException endedBefore) {
            return Future.failedFuture(endedBefore);
        }
    }

    /**
     * {@link #charge} of what we count ourselves.
     *
     * @param written all that the model wrote and the client was sent
     */
    Future<Receipt> countAndCharge(Ending ending, String written) {
        return parts.vertx()
                .executeBlocking(() -> dispatch.request().count(dispatch.counter(), written), false)
                .onFailure(_ -> release())
                .compose(usage -> charge(ending, usage));
    }
}
