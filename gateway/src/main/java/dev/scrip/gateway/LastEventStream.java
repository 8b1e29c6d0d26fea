package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is at its end with an event of its own, which is kept until the charge is durable,
 * and without which it was cut off.
 */
abstract class LastEventStream implements AnswerStream {

    private Optional<Usage> usage = Optional.empty();
    private @Nullable Buffer last;

    final void used(Usage told) {
        usage = Optional.of(told);
    }

    final Handling endsWith(Buffer data) {
        last = data;
        return Handling.END;
    }

    /** What the last event said, once it {@link #endsWith} one. */
    final Buffer last() {
        if (last == null) {
            throw new IllegalStateException("a stream without an end");
        }
        return last;
    }

    @Override
    public final boolean complete() {
        return last != null;
    }

    @Override
    public final Optional<Usage> usage() {
        return usage;
    }

    @Override
    public Buffer ending(Receipt receipt) {
        return SseReader.event(last());
    }
}
