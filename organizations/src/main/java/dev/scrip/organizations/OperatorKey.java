package dev.scrip.organizations;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator's key as it is known after its creation: its secret is nowhere, only a hash.
 *
 * @param start the first characters, to recognize it by
 * @param createdBy the user who made it
 */
public record OperatorKey(
        long id,
        String name,
        String start,
        String end,
        long createdBy,
        Instant createdAt,
        @Nullable Instant revokedAt) {}
