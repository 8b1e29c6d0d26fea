package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;

/** What became of a {@link UsageOrder}. */
public sealed interface UsageOutcome {

    /**
     * It was charged.
     *
     * @param requestId under which it was charged: of the first order with this key
     * @param balance the wallet's credit right after it
     * @param replayed it was charged before, and this is what was answered then
     */
    record Charged(
            long requestId,
            Money amount,
            Money balance,
            long entryId,
            Instant chargedAt,
            boolean replayed)
            implements UsageOutcome {}

    /** It was refused and has changed nothing; under this key it always will be. */
    record Refused(Refusal refusal, boolean replayed) implements UsageOutcome {}

    /** The key was used for something else. */
    record KeyReused() implements UsageOutcome {}

    /** Nothing is decided: what idle leases have was called back; to be asked again in a moment. */
    record AskAgain() implements UsageOutcome {}
}
