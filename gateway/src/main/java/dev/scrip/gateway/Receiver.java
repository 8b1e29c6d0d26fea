package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Consumer;

/** What is done with the bytes of one upstream's answer. A further attempt takes a new one. */
sealed interface Receiver permits PlainReceiver, StreamReceiver, BytesReceiver {

    /** How far an answer is. */
    enum Progress {
        MORE,
        /** All is there, though the connection may tell more. */
        ENDED,
        /** It goes on when money is set aside for it; nothing more should come until then. */
        HELD_BACK,
        /** Nothing more of it can be paid. */
        LIMITED,
        /** It is no answer; nothing more of it is of use. */
        BROKEN
    }

    /** The one for what is asked for. */
    static Receiver of(Parts parts, Dispatch dispatch, Client client, Context context) {
        if (dispatch.request().streamed()) {
            return new StreamReceiver(parts, dispatch, client, context);
        }
        return dispatch.request() instanceof SpeechRequest speech
                ? new BytesReceiver(parts, dispatch, speech, client)
                : new PlainReceiver(parts, dispatch, client);
    }

    /** An answer begins. False: it is none. */
    boolean begins(UpstreamHead head);

    Progress receive(Buffer piece);

    /** A part of it waits until money is set aside for it. */
    default boolean isHeldBack() {
        return false;
    }

    /** Takes how far an answer is that was held back, as soon as it is not any more. */
    default void whenReleased(Consumer<Progress> told) {}

    /** Its hold ends. */
    default void close() {}

    /** No more bytes come: whether that was an answer to its end. */
    Future<Fate> received();

    Optional<Usage> usage();

    /** All that the model wrote and the client was sent, to be counted. */
    CharSequence written();

    /** A part of what the model wrote went to the client. */
    boolean relayed();

    /** Nothing is charged: ends the response. */
    void refuse(Fate fate, Answer answer);

    /** The charge is durable: ends the response. */
    void complete(Fate fate, Receipt receipt);
}
