package dev.scrip.identity;

import java.util.Locale;
import java.util.Optional;

/**
 * An e-mail address.
 *
 * @param typed without the spaces around it, for display and for mails
 * @param key in lower case: two addresses with the same key are the same person's
 */
record EmailAddress(String typed, String key) {

    private static final int LENGTH_MAX = 254;
    private static final int LOCAL_LENGTH_MAX = 64;

    /** Separators of a mail's header: what an address must not smuggle into one. */
    private static final String FORBIDDEN = "<>()[]\\,;:\"";

    /**
     * Something before the last {@code @}, a domain with a dot behind it, plain visible characters.
     * Whether it exists only the mailed link shows, so nothing finer is checked.
     */
    static Optional<EmailAddress> parse(String input) {
        String typed = input.strip();
        int at = typed.lastIndexOf('@');
        if (at < 1 || at > LOCAL_LENGTH_MAX || typed.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        boolean sane =
                typed.chars().allMatch(EmailAddress::isAllowed)
                        && typed.indexOf('@') == at
                        && areDotsInside(typed.substring(0, at))
                        && isDomain(typed.substring(at + 1));
        return sane
                ? Optional.of(new EmailAddress(typed, typed.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static boolean isAllowed(int character) {
        return character > ' ' && character < 0x7f && FORBIDDEN.indexOf(character) < 0;
    }

    private static boolean areDotsInside(String text) {
        return !text.startsWith(".") && !text.endsWith(".") && !text.contains("..");
    }

    private static boolean isDomain(String text) {
        return text.contains(".")
                && areDotsInside(text)
                && !text.startsWith("-")
                && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '.');
    }
}
