package dev.scrip.metering;

import dev.scrip.money.Money;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows in the binary format of PostgreSQL's {@code COPY}, in which nothing needs to be parsed. */
final class CopyRows {

    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** PostgreSQL counts microseconds from the year 2000. */
    private static final long SECONDS_TO_2000 = 946_684_800;

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    /** PostgreSQL has no NUL in texts; one client's must not stop a batch. */
    private static final String NO_NUL = "\uFFFD";

    private ByteBuffer bytes;

    CopyRows(int capacity) {
        bytes = ByteBuffer.allocate(Math.max(capacity, 1_024)).put(HEADER);
    }

    CopyRows beginRow(int fields) {
        room(Short.BYTES).putShort((short) fields);
        return this;
    }

    CopyRows add(long value) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    CopyRows add(boolean value) {
        room(Integer.BYTES + 1).putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    /** To the microsecond, cut and not rounded. */
    CopyRows add(Instant value) {
        long seconds = Math.subtractExact(value.getEpochSecond(), SECONDS_TO_2000);
        return add(
                Math.addExact(
                        Math.multiplyExact(seconds, MICROS_PER_SECOND),
                        value.getNano() / NANOS_PER_MICRO));
    }

    CopyRows add(Money value) {
        return add(value.nanos());
    }

    CopyRows addNull() {
        room(Integer.BYTES).putInt(-1);
        return this;
    }

    /** What most rows have none of: 0 is kept as NULL. */
    CopyRows addIfAny(long value) {
        return value == 0 ? addNull() : add(value);
    }

    CopyRows add(@Nullable String value) {
        if (value == null) {
            return addNull();
        }
        byte[] text = storable(value).getBytes(StandardCharsets.UTF_8);
        room(Integer.BYTES + text.length).putInt(text.length).put(text);
        return this;
    }

    /** A text as PostgreSQL can keep it. */
    static String storable(String value) {
        return value.indexOf('\0') >= 0 ? value.replace("\0", NO_NUL) : value;
    }

    /** All rows with what PostgreSQL expects around them; nothing can be added any more. */
    byte[] finish() {
        room(Short.BYTES).putShort((short) -1);
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private ByteBuffer room(int needed) {
        if (bytes.remaining() < needed) {
            int capacity = Math.addExact(bytes.capacity(), Math.max(bytes.capacity(), needed));
            bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
        }
        return bytes;
    }
}
