package dev.scrip.ledger;

import dev.scrip.money.Money;

/** The answer to a revocation. */
public sealed interface RevokeOutcome {

    /**
     * It has ended: nothing new is started on it.
     *
     * @param revoked what went back at once
     * @param pinned what running requests may still use of it; what they leave goes back then
     */
    record Revoked(Grant grant, Money revoked, Money pinned) implements RevokeOutcome {}

    /** It had ended before, or nothing was left of it; nothing was done. */
    record NothingLeft(Grant grant) implements RevokeOutcome {}

    /** The organization has no such grant. */
    record Unknown() implements RevokeOutcome {}
}
