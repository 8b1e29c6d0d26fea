package dev.scrip.ledger;

import dev.scrip.money.Money;

/**
 * Why an operation was refused; remembered with its key.
 *
 * @param needed what it would have taken; zero where that says nothing
 * @param available what there was of it
 * @param detail which limit, which model, in the caller's words; may be empty
 */
public record Refusal(Reason reason, Money needed, Money available, String detail) {

    /** What stood against it. */
    public enum Reason {
        /** The credit that the payer may use for it does not cover it. */
        INSUFFICIENT_CREDIT,
        /** A hard limit does not cover it. */
        LIMIT_REACHED,
        /** Nothing is spent from the wallet until a difference in its books is resolved. */
        WALLET_FROZEN,
        /** The hold was captured or released before. */
        HOLD_ENDED,
        /** The hold's time is over. */
        HOLD_EXPIRED,
        /** No price is known for it. */
        UNPRICED,
        /** It is said to have happened at a moment that cannot be. */
        IMPOSSIBLE_TIME
    }

    /** One that is not about an amount. */
    public Refusal(Reason reason, String detail) {
        this(reason, Money.ZERO, Money.ZERO, detail);
    }
}
