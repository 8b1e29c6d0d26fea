package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer in one piece: kept until its charge is durable, then sent as it came. */
final class PlainReceiver implements Receiver {

    private final Parts parts;
    private final Dispatch dispatch;
    private final Client client;
    private final Buffer body = Buffer.buffer();
    private @Nullable WholeAnswer answer;

    PlainReceiver(Parts parts, Dispatch dispatch, Client client) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.client = client;
    }

    @Override
    public boolean begins(UpstreamHead head) {
        return !head.isEventStream();
    }

    @Override
    public Progress receive(Buffer piece) {
        if (body.length() + piece.length() > parts.limits().answerBytesMax()) {
            return Progress.BROKEN;
        }
        body.appendBuffer(piece);
        return Progress.MORE;
    }

    @Override
    public Future<Fate> received() {
        return Json.sized(
                        parts.vertx(),
                        body.length(),
                        () -> dispatch.request().whole(body, dispatch.dialect()))
                .map(
                        read -> {
                            answer = read.orElse(null);
                            return answer == null ? Fate.CUT : Fate.COMPLETED;
                        });
    }

    @Override
    public Optional<Usage> usage() {
        return answer == null ? Optional.empty() : answer.usage().filter(dispatch::tellsAll);
    }

    @Override
    public CharSequence written() {
        return answer == null || !client.takes() ? "" : answer.written();
    }

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public void refuse(Fate fate, Answer answer) {
        client.refuse(answer);
    }

    @Override
    public void complete(Fate fate, Receipt receipt) {
        client.sendWhole(told(receipt), dispatch.request().contentType(), receipt);
    }

    private Buffer told(Receipt receipt) {
        WholeAnswer whole = answer;
        if (whole == null) {
            throw new IllegalStateException("completed without an answer");
        }
        if (!dispatch.request().costWanted()) {
            return whole.body();
        }
        if (!whole.json().path("usage").isObject()) {
            whole.json().set("usage", dispatch.request().endpoint().told(receipt.usage()));
        }
        receipt.addTo(whole.json(), (ObjectNode) whole.json().path("usage"));
        return Json.write(whole.json());
    }
}
