package dev.scrip.identity;

import java.time.Instant;

/**
 * A person who signs in.
 *
 * @param email as typed at sign-up, for display and mails
 * @param operator may see the operator's pages
 */
public record User(
        long id,
        String email,
        String name,
        boolean verified,
        boolean operator,
        Instant createdAt) {}
