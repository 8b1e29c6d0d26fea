package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.charging.Settled;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/** An answer in one piece: kept until its charge is durable, then sent as it came. */
final class PlainRelay extends Relay {

    private final Buffer body = Buffer.buffer();
    private final StringBuilder written = new StringBuilder();
    private Optional<Usage> usage = Optional.empty();

    PlainRelay(
            Parts parts,
            Dispatch dispatch,
            HttpServerResponse response,
            Context context,
            Runnable whenOver) {
        super(parts, dispatch, response, context, whenOver);
    }

    @Override
    boolean begins(UpstreamHead head) {
        return !head.isEventStream();
    }

    @Override
    void receive(Buffer piece) {
        if (body.length() + piece.length() > parts.limits().answerBytesMax()) {
            stop(Fate.CUT);
        } else {
            body.appendBuffer(piece);
        }
    }

    @Override
    void received() {
        Json.sized(parts.vertx(), body.length(), () -> Json.read(body.getBytes()))
                .onComplete(
                        read -> finish(read.succeeded() ? understood(read.result()) : Fate.CUT));
    }

    private Fate understood(JsonNode answer) {
        if (!answer.path("choices").isArray()) {
            return Fate.CUT;
        }
        usage = ChatAnswer.usage(answer);
        if (usage.isEmpty() && !isClientGone()) {
            ChatAnswer.written(answer, written);
        }
        return Fate.COMPLETED;
    }

    @Override
    Optional<Usage> usage() {
        return usage;
    }

    @Override
    CharSequence written() {
        return written;
    }

    @Override
    boolean relayed() {
        return false;
    }

    @Override
    boolean clientIsSlow() {
        return false;
    }

    @Override
    void complete(Fate fate, Usage used, Settled settled) {
        putHeaders();
        response.putHeader("x-scrip-cost", settled.amount().exact());
        response.putHeader("x-scrip-balance", settled.balanceAfter().exact());
        Replies.sendJson(response, body);
    }
}
