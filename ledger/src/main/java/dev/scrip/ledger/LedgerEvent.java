package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;

/**
 * Something that people want to be told, written in the transaction that made it true, once per
 * organization, kind and period.
 *
 * @param threshold the limit or amount that was crossed
 * @param value what was spent, or what is left
 */
public record LedgerEvent(
        long organizationId, long eventId, Kind kind, Money threshold, Money value, Instant at) {

    /** What happened. */
    public enum Kind {
        SOFT_LIMIT_REACHED,
        HARD_LIMIT_REACHED,
        WALLET_EMPTY
    }
}
