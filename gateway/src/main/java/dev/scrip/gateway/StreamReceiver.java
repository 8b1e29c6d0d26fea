package dev.scrip.gateway;

import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer in pieces: each event goes on as it comes and as it is; what tells the usage and the
 * end of the stream is kept until the charge is durable. Where the hold has a window, nothing goes
 * on that it does not cover: what comes meanwhile waits, and the upstream with it.
 */
final class StreamReceiver implements Receiver {

    /** An event that came while what was before it is held back. */
    private record Event(Buffer raw, Buffer data) {}

    private final Parts parts;
    private final Dispatch dispatch;
    private final Client client;
    private final AnswerStream stream;
    private final SseReader reader;
    private final OutputMeter meter;
    private final @Nullable OutputWindow window;
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private final Promise<Fate> read = Promise.promise();
    private Consumer<Progress> released = _ -> {};

    /** What was read and is not covered yet: it goes to the client when it is. */
    private @Nullable Buffer heldBack;

    /** What the upstream had counted when the last event went to the client. */
    private Optional<Usage> relayedUsage = Optional.empty();

    private Buffer out = Buffer.buffer();
    private int relayedChars;
    private long bytesReceived;
    private boolean upstreamEnded;
    private boolean limited;
    private boolean ended;
    private boolean broken;

    /**
     * @param context the request's
     */
    StreamReceiver(Parts parts, Dispatch dispatch, Client client, Context context) {
        this.parts = parts;
        this.dispatch = dispatch;
        this.client = client;
        this.stream = dispatch.request().stream(dispatch.dialect());
        this.reader = new SseReader(stream.eventBytesMax(), this::event);
        this.meter = new OutputMeter(stream);
        this.window =
                OutputWindow.isNeeded(dispatch.hold())
                        ? new OutputWindow(parts, dispatch, context, meter, this::release)
                        : null;
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
        return progress();
    }

    private Progress progress() {
        if (broken || bytesReceived > parts.limits().answerBytesMax()) {
            return Progress.BROKEN;
        }
        if (limited) {
            return Progress.LIMITED;
        }
        if (isHeldBack()) {
            return Progress.HELD_BACK;
        }
        return ended ? Progress.ENDED : Progress.MORE;
    }

    @Override
    public Future<Fate> received() {
        if (!upstreamEnded) {
            upstreamEnded = true;
            reader.end();
            flush();
            if (!isHeldBack()) {
                readToTheEnd();
            }
        }
        return read.future();
    }

    private void readToTheEnd() {
        Fate fate = stream.complete() && !broken ? Fate.COMPLETED : Fate.CUT;
        Optional<Usage> told = stream.usage();
        if (window == null || told.isEmpty() || !client.takes()) {
            read.tryComplete(fate);
        } else {
            window.cover(told.get()).onComplete(_ -> read.tryComplete(fate));
        }
    }

    @Override
    public boolean isHeldBack() {
        return heldBack != null;
    }

    @Override
    public void whenReleased(Consumer<Progress> told) {
        released = told;
    }

    /** More may be covered now, or it is known that it will not be. */
    private void release() {
        if (heldBack == null || limited) {
            return;
        }
        goOn();
        flush();
        if (!isHeldBack() && !limited && upstreamEnded) {
            readToTheEnd();
        }
        Progress progress = progress();
        if (progress != Progress.HELD_BACK) {
            released.accept(progress);
        }
    }

    private void goOn() {
        Buffer first = heldBack;
        if (first != null) {
            heldBack = null;
            offer(first);
        }
        while (!waiting.isEmpty() && !isHeldBack() && !limited) {
            Event next = waiting.remove();
            read(next.raw, next.data);
        }
    }

    private void event(Buffer raw, Buffer data) {
        if (limited) {
            return;
        }
        if (isHeldBack()) {
            waiting.add(new Event(raw, data));
            if (!client.takes()) {
                goOn();
            }
        } else {
            read(raw, data);
        }
    }

    private void read(Buffer raw, Buffer data) {
        if (ended || broken) {
            return;
        }
        if (data.length() == 0) {
            relay(raw); // a comment that keeps connections open
            return;
        }
        AnswerStream.Handling handling = stream.event(data);
        meter.read();
        switch (handling) {
            case RELAY -> offer(stream.relayed(raw));
            case KEEP -> {}
            case END -> ended = true;
            case BROKEN -> broken = true;
        }
    }

    /** Relays an event, if money is set aside for all until then. */
    private void offer(Buffer event) {
        if (window == null || window.covers()) {
            relay(event);
        } else if (!client.takes() || window.isUsedUp()) {
            limited = true;
        } else {
            heldBack = event;
        }
    }

    private void relay(Buffer raw) {
        if (client.takes()) {
            out.appendBuffer(raw);
            relayedChars = stream.written().length();
            relayedUsage = meter.isTold() ? stream.usage() : Optional.empty();
        }
    }

    private void flush() {
        if (out.length() > 0 && client.takes()) {
            Buffer ready = out;
            out = Buffer.buffer();
            client.beginStream();
            client.write(ready);
        }
    }

    @Override
    public void close() {
        if (window != null) {
            window.close();
        }
    }

    /** Of an answer that was not paid for to its end: of what was relayed, if that was counted. */
    @Override
    public Optional<Usage> usage() {
        return (limited ? relayedUsage : stream.usage()).filter(dispatch::tellsAll);
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
        client.end(
                switch (fate) {
                    case COMPLETED -> stream.ending(receipt);
                    case LIMITED ->
                            stream.limited(receipt, window == null ? "limit" : window.because());
                    case NOT_DISPATCHED,
                            UNREACHABLE,
                            TIMED_OUT,
                            REFUSED,
                            CUT,
                            ABANDONED,
                            STOPPED,
                            REVOKED ->
                            broken(fate);
                });
    }

    private Buffer broken(Fate fate) {
        return stream.broken(
                Answers.cutCode(fate), parts.answers().cut(fate, dispatch.request().model()));
    }
}
