package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that people want to be told, written in the transaction that made it true, once per
 * organization, kind and period.
 *
 * @param threshold the limit or amount that was crossed
 * @param value what was spent, or what is left
 * @param subject whose limit it is; null for the wallet
 * @param period of the limit; null for the wallet
 */
public record LedgerEvent(
        long organizationId,
        long eventId,
        Kind kind,
        Money threshold,
        Money value,
        Instant at,
        @Nullable Subject subject,
        @Nullable BudgetPeriod period) {

    /** What happened. */
    public enum Kind {
        SOFT_LIMIT_REACHED,
        HARD_LIMIT_REACHED,
        WALLET_EMPTY
    }
}
