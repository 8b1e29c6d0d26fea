package dev.scrip.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Values as bytes, to be hashed or kept: in PostgreSQL's own binary form of them, so that the
 * database can compute the hashes of its rows too.
 */
final class CanonicalBytes {

    /** PostgreSQL's numbers of the types bigint and integer. */
    private static final int BIGINT = 20;

    private static final int INTEGER = 23;

    /** PostgreSQL counts time in microseconds from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    /** The most bytes that {@link #addShort} needs. */
    private static final int SHORT_MAX = 10;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest digest = sha256();
    private byte[] bytes = new byte[1 << 12];
    private int length;

    CanonicalBytes add(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    CanonicalBytes add(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    CanonicalBytes add(boolean value) {
        reserve(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    /** A number in as few bytes as it needs: seven bits in each, the lowest first. */
    CanonicalBytes addShort(long value) {
        reserve(SHORT_MAX);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    CanonicalBytes add(Instant moment) {
        long seconds = moment.getEpochSecond() - EPOCH.getEpochSecond();
        return add(
                Math.addExact(
                        Math.multiplyExact(seconds, MICROS_PER_SECOND),
                        moment.getNano() / NANOS_PER_MICRO));
    }

    /** Its bytes in UTF-8, after their count. */
    CanonicalBytes add(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        add(encoded.length);
        return addBytes(encoded);
    }

    CanonicalBytes addBytes(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    /** The elements from one index to before another, as a bigint[]; at least one. */
    CanonicalBytes addArray(long[] values, int from, int to) {
        addArrayHead(BIGINT, to - from);
        reserve((to - from) * (Integer.BYTES + Long.BYTES));
        for (int i = from; i < to; i++) {
            INTS.set(bytes, length, Long.BYTES);
            LONGS.set(bytes, length + Integer.BYTES, values[i]);
            length += Integer.BYTES + Long.BYTES;
        }
        return this;
    }

    /** The elements from one index to before another, as an integer[]; at least one. */
    CanonicalBytes addArray(int[] values, int from, int to) {
        addArrayHead(INTEGER, to - from);
        for (int i = from; i < to; i++) {
            add(Integer.BYTES).add(values[i]);
        }
        return this;
    }

    /** One dimension, no nulls, the type, how many, numbered from 1. */
    private void addArrayHead(int type, int count) {
        add(1).add(0).add(type).add(count).add(1);
    }

    /** What was added. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** The SHA-256 of what was added since the last one. */
    byte[] hash() {
        digest.update(bytes, 0, length);
        length = 0;
        return digest.digest();
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
