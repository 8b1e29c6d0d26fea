package dev.scrip.identity;

/** The answer to a {@link SignUp}. */
public sealed interface SignUpOutcome {

    /** A user who must still follow the link with this token. */
    record Registered(User user, String verificationToken) implements SignUpOutcome {

        @Override
        public String toString() {
            return "Registered[" + user + "]"; // never the token
        }
    }

    /** Somebody has this address. The page must not tell; a mail to the address may. */
    record EmailTaken(User existing) implements SignUpOutcome {}

    /**
     * What was filled in will not do.
     *
     * @param field "email", "password" or "name"
     * @param reason a sentence for the page
     */
    record Invalid(String field, String reason) implements SignUpOutcome {}
}
