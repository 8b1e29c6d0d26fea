package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Cuts a stream of server-sent events into whole events, however the bytes come: also split within
 * a line or a character. Works on bytes, so that no character can break.
 */
final class SseReader {

    /** A longer event is no event; the stream is broken. */
    static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLong(int bytesMax) {
            super("an event is longer than " + bytesMax + " bytes", null, false, false);
        }
    }

    static final int EVENT_BYTES_MAX = 4 << 20;

    private final int bytesMax;
    private final BiConsumer<Buffer, Buffer> events;
    private Buffer pending = Buffer.buffer();
    private int scanned;
    private boolean lineIsEmpty = true;
    private boolean afterReturn;

    /**
     * @param bytesMax of one event
     * @param events gets each event: its bytes as they came, and its data (the {@code data:} lines,
     *     joined; empty for a comment)
     */
    SseReader(int bytesMax, BiConsumer<Buffer, Buffer> events) {
        this.bytesMax = bytesMax;
        this.events = events;
    }

    /** With the usual bound on an event. */
    SseReader(BiConsumer<Buffer, Buffer> events) {
        this(EVENT_BYTES_MAX, events);
    }

    /** An event without a name, as it is written. */
    static Buffer event(JsonNode data) {
        return event(Json.write(data));
    }

    /** The same of data that are written already. */
    static Buffer event(Buffer data) {
        return Buffer.buffer("data: ").appendBuffer(data).appendString("\n\n");
    }

    /** An event with a name, as it is written. */
    static Buffer event(String name, Buffer data) {
        return Buffer.buffer("event: " + name + "\n").appendBuffer(event(data));
    }

    /** What an error of ours is in the midst of a stream. */
    static Buffer error(String code, String message) {
        return Answer.envelope(Answers.OURS, code, null, message, Map.of());
    }

    void read(Buffer piece) {
        pending.appendBuffer(piece);
        int start = 0;
        int at = scanned;
        boolean complete = false;
        for (; at < pending.length(); at++) {
            byte b = pending.getByte(at);
            if (complete && b != '\n') { // the empty line ended with a lone carriage return
                emit(start, at);
                start = at;
                complete = false;
            }
            if (b == '\n') {
                if (complete || (lineIsEmpty && !afterReturn)) {
                    emit(start, at + 1);
                    start = at + 1;
                    complete = false;
                }
                lineIsEmpty = true;
                afterReturn = false;
            } else if (b == '\r') {
                complete = lineIsEmpty;
                lineIsEmpty = true;
                afterReturn = true;
            } else {
                lineIsEmpty = false;
                afterReturn = false;
            }
        }
        keep(start, complete);
    }

    /** The stream ended: what has no empty line behind it is an event all the same. */
    void end() {
        if (pending.length() > 0) {
            read(Buffer.buffer("\n\n"));
        }
    }

    /** Keeps what has no end yet; a carriage return at the very end is looked at again. */
    private void keep(int start, boolean complete) {
        int end = pending.length();
        if (start > 0) { // else it is the beginning of a long event: not copied for every piece
            pending = start == end ? Buffer.buffer() : pending.getBuffer(start, end);
        }
        scanned = pending.length();
        if (complete) {
            scanned--;
            lineIsEmpty = true;
            afterReturn = false;
        }
        if (pending.length() > bytesMax) {
            throw new TooLong(bytesMax);
        }
    }

    private void emit(int start, int end) {
        Buffer raw = pending.getBuffer(start, end);
        events.accept(raw, data(raw));
    }

    private static Buffer data(Buffer raw) {
        Buffer data = Buffer.buffer();
        int lineStart = 0;
        for (int at = 0; at < raw.length(); at++) {
            byte b = raw.getByte(at);
            if (b != '\n' && b != '\r') {
                continue;
            }
            if (startsWithData(raw, lineStart, at)) {
                int from = lineStart + 5;
                if (from < at && raw.getByte(from) == ' ') {
                    from++;
                }
                if (data.length() > 0) {
                    data.appendByte((byte) '\n');
                }
                data.appendBuffer(raw, from, at - from);
            }
            lineStart = at + 1;
        }
        return data;
    }

    private static boolean startsWithData(Buffer raw, int from, int to) {
        return to - from >= 5
                && raw.getByte(from) == 'd'
                && raw.getByte(from + 1) == 'a'
                && raw.getByte(from + 2) == 't'
                && raw.getByte(from + 3) == 'a'
                && raw.getByte(from + 4) == ':';
    }
}
