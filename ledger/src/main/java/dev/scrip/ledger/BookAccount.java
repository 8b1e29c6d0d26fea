package dev.scrip.ledger;

import java.util.Locale;

/**
 * The accounts that postings move money between. {@link #CREDIT} and {@link #SCHEDULED} belong to
 * the organization; the others are the platform's, kept apart by organization only because every
 * posting is.
 */
enum BookAccount {
    /** What the organization may still use: its wallet's balance. */
    CREDIT(Nature.LIABILITY),
    /** Credit of grants that have not taken effect yet. */
    SCHEDULED(Nature.LIABILITY),
    /** Money taken in by the payment processor. */
    CLEARING(Nature.ASSET),
    /** Credit given away: trials, promotions, recurring credit. */
    PROMOTIONS(Nature.EXPENSE),
    /** Credit given for vouchers. */
    VOUCHERS(Nature.EXPENSE),
    /** Credit given back for something that went wrong. */
    REFUNDS(Nature.EXPENSE),
    /** Corrections by an operator. */
    ADJUSTMENTS(Nature.EXPENSE),
    /** Used credit that had been paid for. */
    REVENUE_PAID(Nature.INCOME),
    /** Used credit that had been given. */
    REVENUE_GIVEN(Nature.INCOME),
    /** Usage that no credit could be found for; its other side is {@link #LOSS}. */
    REVENUE_LOST(Nature.INCOME),
    /** Credit that expired unused. */
    BREAKAGE(Nature.INCOME),
    /** What the platform bears itself. */
    LOSS(Nature.EXPENSE);

    /** Where an account stands in the books of the platform. */
    enum Nature {
        ASSET,
        LIABILITY,
        INCOME,
        EXPENSE;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String label = name().toLowerCase(Locale.ROOT);
    private final Nature nature;

    BookAccount(Nature nature) {
        this.nature = nature;
    }

    Nature nature() {
        return nature;
    }

    /** The account's name in the tables. */
    String label() {
        return label;
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
