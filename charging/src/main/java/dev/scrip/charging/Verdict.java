package dev.scrip.charging;

import dev.scrip.money.Money;
import dev.scrip.pricing.Quote;

/** What a fresh answer of the ledger means for a request that its leases do not cover. */
sealed interface Verdict {

    /** The money is there; it only has to be asked for. */
    record AskAgain() implements Verdict {}

    /** It fits with less output. */
    record Fits(Quote quote) implements Verdict {}

    /** It does not fit. */
    record Refused(Admission admission) implements Verdict {}

    /** A hard limit does not cover it; what to say about it is read from the ledger. */
    record AtLimit(Money required) implements Verdict {}
}
