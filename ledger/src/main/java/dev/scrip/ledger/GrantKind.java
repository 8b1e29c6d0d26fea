package dev.scrip.ledger;

/** Where a grant's credit came from; decides the book account that pays for it. */
public enum GrantKind {
    PURCHASE,
    TRIAL,
    PROMOTION,
    VOUCHER,
    REFUND,
    ADJUSTMENT,
    /** Comes again in every period. */
    RECURRING
}
