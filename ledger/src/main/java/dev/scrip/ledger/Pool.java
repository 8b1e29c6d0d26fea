package dev.scrip.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pool that a request of an organization must hold from.
 *
 * @param endsAt for a budget: when its period ends; null for the wallet
 */
public record Pool(PoolId id, Kind kind, @Nullable Instant endsAt) {

    /** What kind of pool. */
    public enum Kind {
        WALLET,
        BUDGET
    }
}
