package dev.scrip.organizations;

/** What a presented secret is worth. */
public sealed interface KeyOutcome {

    record Known(Caller caller) implements KeyOutcome {}

    /** No such key, or its checksum is wrong, or it was revoked. */
    record Unknown() implements KeyOutcome {}

    /** The keys cannot be read now. */
    record Unavailable() implements KeyOutcome {}
}
