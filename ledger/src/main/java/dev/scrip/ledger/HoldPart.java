package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;

/**
 * What a durable hold has of one pool, from one moment.
 *
 * @param credit of a credit pool; else of a budget's
 * @param pinned how much of it pins grants that have ended since; all or nothing
 */
record HoldPart(int part, long poolId, boolean credit, Money amount, Money pinned, Instant heldAt) {

    /** The same with another number. */
    HoldPart numbered(int number) {
        return new HoldPart(number, poolId, credit, amount, pinned, heldAt);
    }
}
