package dev.scrip.console;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import java.time.Duration;
import java.time.Instant;

/**
 * A grant with its state in words.
 *
 * @param badge "good", "soon", "stop" or "plain"
 */
public record GrantRow(Grant grant, String kind, String state, String badge) {

    private static final Duration SOON = Duration.ofDays(30);

    static GrantRow of(Grant grant, Instant now) {
        Instant expiresAt = grant.expiresAt();
        String kind = name(grant.kind());
        if (!grant.remaining().isPositive()) {
            String state =
                    grant.expired().isPositive()
                            ? "Expired"
                            : grant.revoked().isPositive() ? "Taken back" : "Used up";
            return new GrantRow(grant, kind, state, "plain");
        }
        if (grant.revokedAt() != null) {
            return new GrantRow(grant, kind, "Taken back", "plain");
        }
        if (grant.effectiveAt().isAfter(now)) {
            return new GrantRow(grant, kind, "Not yet usable", "plain");
        }
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            return new GrantRow(grant, kind, "Expired", "plain");
        }
        if (expiresAt != null && expiresAt.isBefore(now.plus(SOON))) {
            return new GrantRow(grant, kind, "Expires soon", "soon");
        }
        return new GrantRow(grant, kind, "Usable", "good");
    }

    static String name(GrantKind kind) {
        return switch (kind) {
            case PURCHASE -> "Purchase";
            case TRIAL -> "Trial";
            case PROMOTION -> "Promotion";
            case VOUCHER -> "Voucher";
            case REFUND -> "Refund";
            case ADJUSTMENT -> "Adjustment";
            case RECURRING -> "Recurring";
        };
    }
}
