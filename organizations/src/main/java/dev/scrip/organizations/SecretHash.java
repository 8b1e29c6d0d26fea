package dev.scrip.organizations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 of a key's secret: all that is kept of it, here and in the database.
 *
 * <p>A plain hash is right for keys, and wrong for passwords: a secret has 256 random bits, so that
 * nobody who reads the hashes can guess one, however fast the hash is; and a slow hash would have
 * to be paid for on every request.
 */
record SecretHash(long first, long second, long third, long fourth) {

    private static final int BYTES = 4 * Long.BYTES;

    static SecretHash of(String secret) {
        return of(sha256(secret.getBytes(StandardCharsets.US_ASCII)));
    }

    static SecretHash of(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("not a SHA-256: " + hash.length + " bytes");
        }
        ByteBuffer longs = ByteBuffer.wrap(hash);
        return new SecretHash(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(first)
                .putLong(second)
                .putLong(third)
                .putLong(fourth)
                .array();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
