package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Reads one stream of events as its endpoint tells them, and writes what of it must wait for the
 * charge. Used on the request's context.
 */
interface AnswerStream {

    /** What is to be done with an event. */
    enum Handling {
        /** It goes to the client as it came. */
        RELAY,
        /** It, or what follows from it, comes with the {@link #ending}. */
        KEEP,
        /** The last one; it comes with the {@link #ending} too. */
        END,
        /** It is an error or nothing that this endpoint knows: the stream is broken. */
        BROKEN
    }

    /** How long one event may be; a longer one is none. */
    default int eventBytesMax() {
        return SseReader.EVENT_BYTES_MAX;
    }

    /** One event that has data. */
    Handling event(Buffer data);

    /**
     * The event that is to be relayed, as the client gets it.
     *
     * @param raw as it came
     */
    default Buffer relayed(Buffer raw) {
        return raw;
    }

    /** It told its end, in one of the ways in which servers do. */
    boolean complete();

    /** The usage told last; a count that is told again is the whole count again. */
    Optional<Usage> usage();

    /** All that the model wrote until now, to be counted. */
    CharSequence written();

    /**
     * Of tokens that stand for what is not in {@link #written}, such as the frame of a call of a
     * tool: an upper bound until now.
     */
    default long unseenTokens() {
        return 0;
    }

    /**
     * The last events of an answer that could be paid no further, where a request {@link
     * ModelRequest#showsAll}.
     */
    default Buffer limited(Receipt receipt, String because) {
        throw new IllegalStateException("it has all that it may cost set aside");
    }

    /** The last events, once the charge is durable. */
    Buffer ending(Receipt receipt);

    /** The last event of a stream that broke off. */
    default Buffer broken(String code, String message) {
        return SseReader.event(SseReader.error(code, message));
    }
}
