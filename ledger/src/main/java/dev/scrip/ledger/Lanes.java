package dev.scrip.ledger;

/** The lane of an organization: one settlement transaction holds the organizations of one lane. */
public final class Lanes {

    /** A power of two; the shard count, or a multiple of it, when the tables are distributed. */
    public static final int COUNT = 16;

    private Lanes() {}

    /**
     * {@code ((hashint8(organization_id)::bigint + 2147483648) * COUNT) >> 32}, as PostgreSQL
     * computes it (a test compares the two).
     */
    public static int of(long organizationId) {
        throw new UnsupportedOperationException("ledger: to be written");
    }
}
