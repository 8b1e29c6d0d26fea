package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dated block of credit: {@code amount = consumed + expired + revoked + remaining}.
 *
 * @param expiresAt exclusive; null: never
 */
public record Grant(
        long organizationId,
        long grantId,
        GrantKind kind,
        int priority,
        Instant effectiveAt,
        @Nullable Instant expiresAt,
        Money amount,
        Money consumed,
        Money expired,
        Money revoked,
        String note,
        Instant createdAt) {

    public Money remaining() {
        return amount.minus(consumed).minus(expired).minus(revoked);
    }
}
