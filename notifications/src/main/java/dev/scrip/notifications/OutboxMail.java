package dev.scrip.notifications;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mail in the outbox.
 *
 * @param sentAt null: not delivered yet, or no SMTP server is configured
 * @param lastError why the last try failed
 */
public record OutboxMail(
        long id,
        Mail mail,
        Instant createdAt,
        @Nullable Instant sentAt,
        int attempts,
        @Nullable String lastError) {}
