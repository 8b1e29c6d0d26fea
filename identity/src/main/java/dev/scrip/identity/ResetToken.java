package dev.scrip.identity;

/** What to mail to somebody who forgot their password. */
public record ResetToken(User user, String token) {

    @Override
    public String toString() {
        return "ResetToken[" + user.email() + "]"; // never the token
    }
}
