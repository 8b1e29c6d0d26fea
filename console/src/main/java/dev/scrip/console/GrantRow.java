package dev.scrip.console;

import dev.scrip.ledger.Grant;
import dev.scrip.ledger.GrantKind;
import dev.scrip.postgres.Ids;
import java.time.Duration;
import java.time.Instant;

/**
 * A grant with its state in words.
 *
 * @param scope what it may be used for, in words
 * @param badge "good", "soon", "stop" or "plain"
 */
public record GrantRow(Grant grant, String kind, String scope, String state, String badge) {

    static final String PREFIX = "grant_";

    private static final Duration SOON = Duration.ofDays(30);
    private static final String TAKEN_BACK = "Taken back";
    private static final String EXPIRED = "Expired";

    static GrantRow of(Grant grant, GrantScopes scopes, Instant now) {
        String state = state(grant, now);
        return new GrantRow(
                grant,
                name(grant.kind()),
                scopes.words(grant.scope()),
                state,
                switch (state) {
                    case "Usable" -> "good";
                    case "Expires soon" -> "soon";
                    default -> "plain";
                });
    }

    private static String state(Grant grant, Instant now) {
        Instant expiresAt = grant.expiresAt();
        if (grant.revokedAt() != null) {
            return TAKEN_BACK;
        }
        if (!grant.remaining().isPositive()) {
            return grant.expired().isPositive() ? EXPIRED : "Used up";
        }
        if (grant.effectiveAt().isAfter(now)) {
            return "Not yet usable";
        }
        if (expiresAt == null) {
            return "Usable";
        }
        return !expiresAt.isAfter(now)
                ? EXPIRED
                : expiresAt.isBefore(now.plus(SOON)) ? "Expires soon" : "Usable";
    }

    public String id() {
        return Ids.print(PREFIX, grant.grantId());
    }

    /** Something of it can still be taken back. */
    public boolean isLive() {
        return grant.remaining().isPositive()
                && !state.equals(TAKEN_BACK)
                && !state.equals(EXPIRED);
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
