package dev.scrip.onboarding;

/** What the sign-up page says. Whether the address was known is told by mail only. */
public sealed interface SignUpAnswer {

    record MailSent(String email) implements SignUpAnswer {}

    /**
     * What was filled in will not do.
     *
     * @param field the form field
     * @param reason a sentence
     */
    record Invalid(String field, String reason) implements SignUpAnswer {}
}
