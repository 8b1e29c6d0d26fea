package dev.scrip.ledger;

import java.util.UUID;

/**
 * The ledger does not know what it had confirmed to a process: the database was replaced by an
 * older one (a failover that lost its latest commits, a restored backup). What the process holds on
 * its leases may have been given to another meanwhile. It must take no further request; once it has
 * ended, its leases are taken back as of a process that died.
 */
public final class ForgottenMessages extends RuntimeException {

    private static final long serialVersionUID = 1;

    ForgottenMessages(UUID incarnationId, int lane, long number, long lastKnown) {
        super(
                """
                incarnation %s speaks of message %d of lane %d, but the database knows none after %d
                """
                        .strip()
                        .formatted(incarnationId, number, lane, lastKnown));
    }

    /** Pools are never removed: it was told of this one by a database that knew more. */
    ForgottenMessages(UUID incarnationId, PoolId pool) {
        super("incarnation %s speaks of %s, which is not known".formatted(incarnationId, pool));
    }

    ForgottenMessages(UUID incarnationId) {
        super("the database does not know incarnation " + incarnationId);
    }
}
