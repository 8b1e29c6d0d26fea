package dev.scrip.identity;

import java.time.Instant;

/** A signed-in browser; kept on the server, ended at sign-out. */
public record Session(
        long id,
        User user,
        String userAgent,
        String address,
        Instant createdAt,
        Instant lastSeenAt,
        Instant expiresAt) {}
