package dev.scrip.identity;

import java.time.Duration;

/** The answer to a sign-in. */
public sealed interface SignInOutcome {

    /**
     * @param sessionToken for the cookie; only its hash is kept
     */
    record SignedIn(User user, String sessionToken) implements SignInOutcome {

        @Override
        public String toString() {
            return "SignedIn[" + user + "]"; // never the token
        }
    }

    /** Wrong address or password; which of them is not told. */
    record Wrong() implements SignInOutcome {}

    /** Right, but the link in the mail was not followed yet. */
    record NotVerified(User user) implements SignInOutcome {}

    /** Too many tries for this address or from this network. */
    record TooMany(Duration retryAfter) implements SignInOutcome {}
}
