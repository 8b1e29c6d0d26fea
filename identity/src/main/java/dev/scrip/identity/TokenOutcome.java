package dev.scrip.identity;

/** What a link's token is worth. */
public sealed interface TokenOutcome {

    record Good(User user) implements TokenOutcome {}

    /** It was followed before. */
    record Used() implements TokenOutcome {}

    record Expired(User user) implements TokenOutcome {}

    /** No such token: mistyped, cut off, or replaced by a newer one. */
    record Unknown() implements TokenOutcome {}
}
