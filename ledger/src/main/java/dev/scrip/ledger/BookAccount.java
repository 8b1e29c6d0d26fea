package dev.scrip.ledger;

import java.util.Locale;

/**
 * The accounts that postings move money between. {@link #CREDIT} and {@link #SCHEDULED} belong to
 * the organization; the others are the platform's, kept apart by organization only because every
 * posting is.
 */
enum BookAccount {
    /** What the organization may still use: its wallet's balance. */
    CREDIT,
    /** Credit of grants that have not taken effect yet. */
    SCHEDULED,
    /** Money taken in by the payment processor. */
    CLEARING,
    /** Credit given away: trials, promotions, recurring credit. */
    PROMOTIONS,
    /** Credit given for vouchers. */
    VOUCHERS,
    /** Credit given back for something that went wrong. */
    REFUNDS,
    /** Corrections by an operator. */
    ADJUSTMENTS,
    /** Used credit that had been paid for. */
    REVENUE_PAID,
    /** Used credit that had been given. */
    REVENUE_GIVEN,
    /** Usage that no credit could be found for; its other side is {@link #LOSS}. */
    REVENUE_LOST,
    /** Credit that expired unused. */
    BREAKAGE,
    /** What the platform bears itself. */
    LOSS;

    /** The account's name in the tables. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where a grant's credit comes from, and goes back to when it is revoked. */
    static BookAccount sourceOf(GrantKind kind) {
        return switch (kind) {
            case PURCHASE -> CLEARING;
            case TRIAL, PROMOTION, RECURRING -> PROMOTIONS;
            case VOUCHER -> VOUCHERS;
            case REFUND -> REFUNDS;
            case ADJUSTMENT -> ADJUSTMENTS;
        };
    }

    /** Where a grant's credit goes when it is used. */
    static BookAccount revenueOf(GrantKind kind) {
        return kind == GrantKind.PURCHASE ? REVENUE_PAID : REVENUE_GIVEN;
    }
}
