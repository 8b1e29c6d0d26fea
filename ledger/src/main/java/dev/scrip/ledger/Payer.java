package dev.scrip.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Who pays for a request, and where it is counted.
 *
 * @param memberId the user whose key it is
 * @param endUser whom the caller serves, as the caller names them; null: not told
 */
public record Payer(
        long organizationId,
        long projectId,
        long apiKeyId,
        long memberId,
        @Nullable String endUser) {

    /** An empty name is none. */
    public Payer {
        endUser = endUser != null && endUser.isEmpty() ? null : endUser;
    }
}
