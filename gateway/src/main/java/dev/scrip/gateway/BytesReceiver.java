package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer of sound: each piece goes on when the next one is there, so that the last one can be
 * kept until the charge is durable.
 */
final class BytesReceiver implements Receiver {

    private final Parts parts;
    private final Dispatch dispatch;
    private final SpeechRequest request;
    private final Client client;
    private @Nullable Buffer last;
    private String contentType;
    private long bytesReceived;
    private long bytesRelayed;
    private boolean completed;

    BytesReceiver(Parts parts, Dispatch dispatch, SpeechRequest request, Client client) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.request = request;
        this.client = client;
        this.contentType = request.contentType();
    }

    /** Whoever answers sound with a text or a page gave no answer. */
    @Override
    public boolean begins(UpstreamHead head) {
        String type = head.contentType();
        if (type == null) {
            return true;
        }
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (bare.matches("audio/[a-z0-9.+-]{1,64}")) {
            contentType = bare;
            return true;
        }
        return bare.equals("application/octet-stream");
    }

    @Override
    public Progress receive(Buffer piece) {
        bytesReceived += piece.length();
        if (bytesReceived > parts.limits().answerBytesMax()) {
            return Progress.BROKEN;
        }
        Buffer ready = last;
        last = piece;
        if (ready != null && client.takes()) {
            client.beginBytes(contentType);
            client.write(ready);
            bytesRelayed += ready.length();
        }
        return Progress.MORE;
    }

    /** No sound at all is no answer. */
    @Override
    public Future<Fate> received() {
        completed = last != null;
        return Future.succeededFuture(completed ? Fate.COMPLETED : Fate.CUT);
    }

    /** Sound tells no usage; but what is sold by characters alone needs none. */
    @Override
    public Optional<Usage> usage() {
        boolean soldByCharacters = dispatch.hold().quote().outputTokensMax() == 0;
        return soldByCharacters && (completed || relayed())
                ? Optional.of(request.spoken())
                : Optional.empty();
    }

    @Override
    public CharSequence written() {
        Buffer kept = last;
        long toCome = completed && kept != null && client.takes() ? kept.length() : 0;
        return request.written(bytesRelayed + toCome);
    }

    @Override
    public boolean relayed() {
        return bytesRelayed > 0;
    }

    @Override
    public void refuse(Fate fate, Answer answer) {
        client.refuse(answer);
    }

    @Override
    public void complete(Fate fate, Receipt receipt) {
        Buffer end = last;
        if (fate == Fate.COMPLETED && end != null) {
            client.endBytes(end, contentType, receipt);
        } else {
            client.cut(); // nobody must take it for all of it
        }
    }
}
