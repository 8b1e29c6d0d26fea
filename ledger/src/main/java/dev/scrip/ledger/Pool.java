package dev.scrip.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pool that a request must hold from.
 *
 * @param budget of a budget's pool: whose limit it is; else null
 * @param endsAt for a budget: when its period ends; null: it does not
 */
public record Pool(PoolId id, Kind kind, @Nullable Budget budget, @Nullable Instant endsAt) {

    /** What kind of pool. */
    public enum Kind {
        /** The organization's general credit. */
        WALLET,
        /** Credit that may be used for some models or projects only. */
        SCOPED_CREDIT,
        /** A limit in one period. */
        BUDGET;

        /** Does it hold credit, rather than limit its use? */
        public boolean isCredit() {
            return this != BUDGET;
        }
    }
}
