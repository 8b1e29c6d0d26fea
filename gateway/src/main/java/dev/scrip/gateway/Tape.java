package dev.scrip.gateway;

import dev.scrip.charging.Earlier;
import dev.scrip.charging.KeptAnswer;
import dev.scrip.charging.KeptAnswers;
import dev.scrip.charging.RequestKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a request with a claimed key is answered, recorded so that it can be answered again, and how
 * its claim ends: once. Used on the request's context.
 */
final class Tape {

    /** Of a request without a key: records nothing. */
    static final Tape NONE = new Tape();

    /** A request that may be repeated. */
    private record Claim(
            KeptAnswers answers,
            RequestKey key,
            long requestId,
            Running running,
            Context context) {}

    private final @Nullable Claim claim;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private int status;
    private Buffer body = Buffer.buffer();
    private int taken;
    private Earlier.@Nullable Reason unfit;
    private boolean ended;

    private Tape() {
        this.claim = null;
    }

    /**
     * @param requestId what has claimed the key
     * @param running counts the memory
     */
    Tape(KeptAnswers answers, RequestKey key, long requestId, Running running, Context context) {
        this.claim = new Claim(answers, key, requestId, running, context);
    }

    /** There is something to be ended. */
    boolean isOpen() {
        return claim != null && !ended;
    }

    /** All of the answer is on it so far. */
    boolean isWhole() {
        return isOpen() && unfit == null;
    }

    void head(int answered, Map<String, String> with) {
        if (isOpen()) {
            status = answered;
            headers.putAll(with);
        }
    }

    void add(Buffer piece) {
        Claim of = claim;
        if (of == null || !isWhole()) {
            return;
        }
        if (body.length() + piece.length() > of.answers().bounds().bytesMax()) {
            discard(of, Earlier.Reason.TOO_LARGE);
        } else if (!of.running().take(piece.length())) {
            discard(of, Earlier.Reason.NO_ROOM);
        } else {
            taken += piece.length();
            body.appendBuffer(piece);
        }
    }

    private void discard(Claim of, Earlier.@Nullable Reason why) {
        unfit = why;
        body = Buffer.buffer();
        of.running().give(taken);
        taken = 0;
    }

    /** What is recorded is the answer. Complete when that is durable, or cannot be made so. */
    Future<Void> keep() {
        Earlier.Reason why = unfit;
        return why == null
                ? end(
                        of ->
                                of.answers()
                                        .keep(
                                                of.key(),
                                                of.requestId(),
                                                new KeptAnswer(status, headers, body.getBytes())))
                : giveUp(why);
    }

    /** The request was charged and has no answer that could be given again. */
    Future<Void> giveUp(Earlier.Reason why) {
        return end(of -> of.answers().giveUp(of.key(), of.requestId(), why));
    }

    /** The request was not charged: its key is free. */
    Future<Void> release() {
        return end(of -> of.answers().release(of.key(), of.requestId()));
    }

    private interface End {
        CompletionStage<Void> of(Claim claim);
    }

    private Future<Void> end(End how) {
        Claim of = claim;
        if (of == null || ended) {
            return Future.succeededFuture();
        }
        ended = true;
        return Future.fromCompletionStage(how.of(of), of.context())
                .onComplete(_ -> discard(of, null));
    }
}
