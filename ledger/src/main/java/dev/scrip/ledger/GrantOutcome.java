package dev.scrip.ledger;

/** The answer to a {@link GrantOrder}. */
public sealed interface GrantOutcome {

    /** Credited now. */
    record Granted(Grant grant) implements GrantOutcome {}

    /** The same key and content were granted before; nothing was done. */
    record AlreadyGranted(Grant grant) implements GrantOutcome {}

    /** The key was used before with other content; nothing was done. */
    record KeyReused(Grant grant) implements GrantOutcome {}
}
