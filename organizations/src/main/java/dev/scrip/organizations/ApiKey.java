package dev.scrip.organizations;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is known after its creation: its secret is nowhere, only a hash.
 *
 * @param start the first characters, to recognize it by: {@code sk-scrip-Ab3d}
 * @param lastUsedAt to about a minute; null: never
 */
public record ApiKey(
        long organizationId,
        long id,
        long projectId,
        String name,
        String start,
        String end,
        long createdBy,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {

    /** How a key's id is written in public: {@code key_...}. */
    public static final String PREFIX = "key_";
}
