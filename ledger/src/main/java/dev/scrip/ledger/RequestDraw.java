package dev.scrip.ledger;

import dev.scrip.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What one request drew on one grant.
 *
 * @param grantId 0: no credit could be found for it, the platform bears it
 * @param kind null with it
 * @param entryId the journal entry that charged it
 */
public record RequestDraw(
        long organizationId,
        long requestId,
        long grantId,
        @Nullable GrantKind kind,
        String note,
        long entryId,
        Money amount) {}
