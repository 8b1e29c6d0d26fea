package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to grant to a wallet.
 *
 * @param key the caller's idempotency key, unique in the organization: the same key and content
 *     grants once, the same key with other content is refused
 * @param amount positive
 * @param priority lower is used first
 * @param scope what it may be used for
 * @param expiresAt exclusive; null: never
 * @param note for people: "Trial credit", "Purchase 42"
 */
public record GrantOrder(
        long organizationId,
        String key,
        GrantKind kind,
        Money amount,
        int priority,
        GrantScope scope,
        Instant effectiveAt,
        @Nullable Instant expiresAt,
        String note) {

    /** The priority of a grant that nobody ordered otherwise. */
    public static final int PRIORITY_DEFAULT = 50;

    public GrantOrder {
        if (!amount.isPositive()) {
            throw new IllegalArgumentException("a grant must be positive: " + amount);
        }
        if (expiresAt != null && !expiresAt.isAfter(effectiveAt)) {
            throw new IllegalArgumentException("a grant must expire after it takes effect");
        }
    }

    /** Credit that may be used for everything. */
    public GrantOrder(
            long organizationId,
            String key,
            GrantKind kind,
            Money amount,
            int priority,
            Instant effectiveAt,
            @Nullable Instant expiresAt,
            String note) {
        this(
                organizationId,
                key,
                kind,
                amount,
                priority,
                GrantScope.ANY,
                effectiveAt,
                expiresAt,
                note);
    }
}
