package dev.scrip.identity;

/** What a person filled in to sign up. */
public record SignUp(String email, String password, String name) {

    @Override
    public String toString() {
        return "SignUp[" + email + "]"; // never the password
    }
}
