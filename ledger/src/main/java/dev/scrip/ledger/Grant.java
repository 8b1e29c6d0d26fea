package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A dated block of credit: {@code amount = consumed + expired + revoked + remaining}.
 *
 * @param scope what it may be used for
 * @param expiresAt exclusive; null: never
 * @param revokedAt when it was ended before its time; null: it was not
 */
public record Grant(
        long organizationId,
        long grantId,
        GrantKind kind,
        int priority,
        GrantScope scope,
        Instant effectiveAt,
        @Nullable Instant expiresAt,
        Money amount,
        Money consumed,
        Money expired,
        Money revoked,
        @Nullable Instant revokedAt,
        String note,
        Instant createdAt) {

    public Money remaining() {
        return amount.minus(consumed).minus(expired).minus(revoked);
    }
}
