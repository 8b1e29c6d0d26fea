package dev.scrip.onboarding;

import java.util.Locale;

/**
 * The mailbox that an address leads to, so that one mailbox cannot have many trials: in lower case,
 * without a {@code +tag}, and without the dots that Gmail ignores.
 */
record Mailbox(String name) {

    static Mailbox of(String email) {
        String lower = email.strip().toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf('@');
        String local = lower.substring(0, at);
        String domain = lower.substring(at + 1);
        int plus = local.indexOf('+');
        if (plus > 0) {
            local = local.substring(0, plus);
        }
        if (domain.equals("googlemail.com")) {
            domain = "gmail.com";
        }
        if (domain.equals("gmail.com")) {
            local = local.replace(".", "");
        }
        return new Mailbox(local + "@" + domain);
    }
}
