package dev.scrip.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which passwords will do. After NIST SP 800-63B: length and a list of what everybody tries first,
 * no rules about digits and signs, which make passwords worse.
 */
final class PasswordRule {

    static final int LENGTH_MIN = 10;

    /** A bound for the work of hashing, far above what people type. */
    static final int LENGTH_MAX = 200;

    /** The most common passwords of published leaks that are long enough for the rule above. */
    private static final Set<String> COMMON =
            Set.of(
                    "1234567890",
                    "0123456789",
                    "0987654321",
                    "9876543210",
                    "12345678910",
                    "123456789a",
                    "123456789q",
                    "1234567891",
                    "1q2w3e4r5t",
                    "1q2w3e4r5t6y",
                    "1qaz2wsx3edc",
                    "q1w2e3r4t5",
                    "q1w2e3r4t5y6",
                    "qwertyuiop",
                    "qwerty12345",
                    "qwerty123456",
                    "qwertyuiop123",
                    "asdfghjkl123",
                    "asdfghjkl;",
                    "zxcvbnm123",
                    "password12",
                    "password123",
                    "password1234",
                    "password12345",
                    "password123!",
                    "passwordpassword",
                    "passw0rd123",
                    "p@ssw0rd123",
                    "p@ssword123",
                    "iloveyou123",
                    "iloveyou12",
                    "letmein123",
                    "welcome123",
                    "welcome1234",
                    "administrator",
                    "admin12345",
                    "admin123456",
                    "changeme123",
                    "football123",
                    "baseball123",
                    "superman123",
                    "princess123",
                    "sunshine123",
                    "michael123",
                    "qazwsxedcrfv",
                    "abcdefghij",
                    "abcdefghijk",
                    "abcd123456",
                    "abc1234567",
                    "a123456789",
                    "aa12345678",
                    "abc123456789",
                    "correcthorsebatterystaple",
                    "unknown123",
                    "secret1234",
                    "trustno1trustno1",
                    "dragon12345",
                    "monkey12345",
                    "computer123",
                    "internet123");

    private PasswordRule() {}

    static Optional<String> fault(String password) {
        int length = password.codePointCount(0, password.length());
        if (length < LENGTH_MIN) {
            return Optional.of("A password has at least " + LENGTH_MIN + " characters.");
        }
        if (length > LENGTH_MAX) {
            return Optional.of("A password has at most " + LENGTH_MAX + " characters.");
        }
        String lower = password.toLowerCase(Locale.ROOT);
        if (lower.codePoints().distinct().count() == 1 || COMMON.contains(lower)) {
            return Optional.of("That password is one of the first that anybody tries.");
        }
        return Optional.empty();
    }

    /** {@link #fault(String)}, and not the person's address either. */
    static Optional<String> fault(String password, EmailAddress email) {
        String lower = password.strip().toLowerCase(Locale.ROOT);
        if (lower.equals(email.key())) {
            return Optional.of("The password must not be the e-mail address.");
        }
        return fault(password);
    }
}
