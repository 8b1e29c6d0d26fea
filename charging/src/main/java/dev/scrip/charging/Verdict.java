package dev.scrip.charging;

/** What a fresh answer of the ledger means for a request that its leases do not cover. */
sealed interface Verdict {

    /** The money is there; it only has to be asked for. */
    record AskAgain() implements Verdict {}

    /** It fits with less output. */
    record Fits(Want want) implements Verdict {}

    /** Other processes have the money on their leases and may give it back: this much of output. */
    record Elsewhere(Want want) implements Verdict {}

    /** It does not fit. */
    record Refused(Admission admission) implements Verdict {}
}
