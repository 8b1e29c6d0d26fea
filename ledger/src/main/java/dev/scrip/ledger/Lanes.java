package dev.scrip.ledger;

/** The lane of an organization: one settlement transaction holds the organizations of one lane. */
public final class Lanes {

    /** A power of two; the shard count, or a multiple of it, when the tables are distributed. */
    public static final int COUNT = 16;

    private static final long HASHES_BELOW_ZERO = 1L << 31;
    private static final int HASH_BITS = 32;

    private Lanes() {}

    /**
     * {@code ((hashint8(organization_id)::bigint + 2147483648) * COUNT) >> 32}, as PostgreSQL
     * computes it (a test compares the two).
     */
    public static int of(long organizationId) {
        return (int) (((hashint8(organizationId) + HASHES_BELOW_ZERO) * COUNT) >> HASH_BITS);
    }

    /** PostgreSQL's hash of a bigint, which equals that of an int or smallint of the same value. */
    private static int hashint8(long value) {
        int low = (int) value;
        int high = (int) (value >> 32);
        return hashUint32(low ^ (value >= 0 ? high : ~high));
    }

    /** Bob Jenkins' final mix, as in PostgreSQL's hash_bytes_uint32. */
    private static int hashUint32(int key) {
        int start = 0x9e3779b9 + Integer.BYTES + 3923095;
        int a = start + key;
        int b = start;
        int c = start;
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        return (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
