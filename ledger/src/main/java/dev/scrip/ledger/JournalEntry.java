package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;

/**
 * One line of a wallet's history as people read it.
 *
 * @param kind GRANT, CHARGE, EXPIRY, ADJUSTMENT ...
 * @param change what it did to the balance; negative for charges
 * @param balanceAfter the wallet's credit behind it
 */
public record JournalEntry(
        long organizationId,
        long entryId,
        String kind,
        Money change,
        Money balanceAfter,
        String note,
        Instant postedAt) {}
