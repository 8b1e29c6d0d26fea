package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * An answer in pieces: each event goes on as it comes and as it is; what tells the usage and the
 * end of the stream is kept until the charge is durable.
 */
final class StreamReceiver implements Receiver {

    private final Parts parts;
    private final Dispatch dispatch;
    private final Client client;
    private final AnswerStream stream;
    private final SseReader reader = new SseReader(this::event);
    private Buffer out = Buffer.buffer();
    private int relayedChars;
    private long bytesReceived;
    private boolean ended;
    private boolean broken;

    StreamReceiver(Parts parts, Dispatch dispatch, Client client) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.client = client;
        this.stream = dispatch.request().stream(dispatch.dialect());
    }

    @Override
    public boolean begins(UpstreamHead head) {
        return head.isEventStream();
    }

    @Override
    public Progress receive(Buffer piece) {
        bytesReceived += piece.length();
        try {
            reader.read(piece);
        } catch (SseReader.TooLong noEvent) {
            broken = true;
        }
        flush();
        if (broken || bytesReceived > parts.limits().answerBytesMax()) {
            return Progress.BROKEN;
        }
        return ended ? Progress.ENDED : Progress.MORE;
    }

    @Override
    public Future<Fate> received() {
        reader.end();
        flush();
        return Future.succeededFuture(stream.complete() && !broken ? Fate.COMPLETED : Fate.CUT);
    }

    private void event(Buffer raw, Buffer data) {
        if (ended || broken) {
            return;
        }
        if (data.length() == 0) {
            relay(raw); // a comment that keeps connections open
            return;
        }
        switch (stream.event(data)) {
            case RELAY -> relay(stream.relayed(raw));
            case KEEP -> {}
            case END -> ended = true;
            case BROKEN -> broken = true;
        }
    }

    private void relay(Buffer raw) {
        if (!client.isGone()) {
            out.appendBuffer(raw);
            relayedChars = stream.written().length();
        }
    }

    private void flush() {
        if (out.length() > 0 && !client.isGone()) {
            Buffer ready = out;
            out = Buffer.buffer();
            client.beginStream();
            client.write(ready);
        }
    }

    @Override
    public Optional<Usage> usage() {
        return stream.usage();
    }

    @Override
    public CharSequence written() {
        return stream.written().subSequence(0, relayedChars);
    }

    @Override
    public boolean relayed() {
        return relayedChars > 0;
    }

    @Override
    public void refuse(Fate fate, Answer answer) {
        if (client.isBegun()) {
            client.end(broken(fate));
        } else {
            client.refuse(answer);
        }
    }

    @Override
    public void complete(Fate fate, Receipt receipt) {
        client.beginStream();
        client.end(fate == Fate.COMPLETED ? stream.ending(receipt) : broken(fate));
    }

    private Buffer broken(Fate fate) {
        return stream.broken(
                Answers.cutCode(fate), parts.answers().cut(fate, dispatch.request().model()));
    }
}
