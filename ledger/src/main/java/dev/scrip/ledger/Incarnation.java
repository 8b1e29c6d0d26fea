package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One life of one process that takes leases.
 *
 * @param node the name of the place it runs at, kept over restarts
 * @param seenAt when it was last heard of; proves nothing
 * @param proof why it is certain that it takes no further step; empty while it may
 * @param outstanding what it was lent of all wallets and has neither spent nor given back
 * @param organizations how many wallets that is from
 */
public record Incarnation(
        UUID id,
        String node,
        Instant enlistedAt,
        Instant seenAt,
        State state,
        Optional<String> proof,
        Money outstanding,
        long organizations) {

    /** How far its end is proven. */
    public enum State {
        LIVE,
        /** Proven dead; its leases are being closed. */
        BURYING,
        DEAD
    }
}
