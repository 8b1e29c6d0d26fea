package dev.scrip.ledger;

/** What happens at a {@link Limit}. */
public enum LimitKind {
    HARD,
    SOFT
}
