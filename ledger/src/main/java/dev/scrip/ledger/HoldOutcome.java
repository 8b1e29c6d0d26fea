package dev.scrip.ledger;

import dev.scrip.money.Money;

/** What an operation on a hold came to. */
public sealed interface HoldOutcome {

    /**
     * It was done.
     *
     * @param hold as it was right after it
     * @param balance the wallet's credit right after it
     * @param available of that, what nothing had set aside
     * @param entryId the journal entry that charged it; 0: nothing was charged
     * @param replayed it was done before, and this is what was answered then
     */
    record Done(DurableHold hold, Money balance, Money available, long entryId, boolean replayed)
            implements HoldOutcome {}

    /** It was refused and has changed nothing; under this key it always will be. */
    record Refused(Refusal refusal, boolean replayed) implements HoldOutcome {}

    /** The key was used for something else. */
    record KeyReused() implements HoldOutcome {}

    /** The organization has no such hold. */
    record UnknownHold() implements HoldOutcome {}

    /** Nothing is decided: what idle leases have was called back; to be asked again in a moment. */
    record AskAgain() implements HoldOutcome {}
}
