package dev.scrip.identity;

/** The answer to a new password behind a reset link. Only {@code Changed} uses the link up. */
public sealed interface ResetOutcome {

    /** The password is set, the address verified, every session ended. */
    record Changed(User user) implements ResetOutcome {}

    /**
     * The password will not do; the link is still good.
     *
     * @param reason a sentence for the page
     */
    record PasswordRefused(String reason) implements ResetOutcome {}

    /** The link was followed before. */
    record Used() implements ResetOutcome {}

    record Expired(User user) implements ResetOutcome {}

    /** No such token: mistyped, cut off, or replaced by a newer one. */
    record Unknown() implements ResetOutcome {}
}
