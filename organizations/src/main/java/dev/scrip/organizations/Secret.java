package dev.scrip.organizations;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The form of a key's secret: {@code sk-scrip-}, 43 random characters (256 bits), and 6 characters
 * that are a checksum of all before them.
 *
 * <p>The prefix lets secret scanners find a key that leaked; the checksum tells a mistyped or
 * made-up key from a real one without a look into the database.
 */
final class Secret {

    static final String PREFIX = "sk-scrip-";

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 43;
    private static final int CHECKSUM_LENGTH = 6; // 62^6 is more than 2^32
    private static final int SHOWN_AT_START = 4;
    private static final int SHOWN_AT_END = 4;

    private Secret() {}

    static String random(SecureRandom random) {
        return random(random, PREFIX);
    }

    /** One of another kind, told by what it begins with. */
    static String random(SecureRandom random, String prefix) {
        StringBuilder secret = new StringBuilder(length(prefix)).append(prefix);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            secret.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return secret.append(checksum(secret.toString())).toString();
    }

    private static int length(String prefix) {
        return prefix.length() + RANDOM_LENGTH + CHECKSUM_LENGTH;
    }

    /** Whether a text has the form of a secret and its checksum is right. */
    static boolean isWellFormed(String presented) {
        return isWellFormed(presented, PREFIX);
    }

    static boolean isWellFormed(String presented, String prefix) {
        if (presented.length() != length(prefix) || !presented.startsWith(prefix)) {
            return false;
        }
        String body = presented.substring(0, presented.length() - CHECKSUM_LENGTH);
        return presented.endsWith(checksum(body));
    }

    /** The characters that stay known, to recognize the key by. */
    static String start(String secret) {
        return start(secret, PREFIX);
    }

    static String start(String secret, String prefix) {
        return secret.substring(0, prefix.length() + SHOWN_AT_START);
    }

    static String end(String secret) {
        return secret.substring(secret.length() - SHOWN_AT_END);
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        long rest = crc.getValue();
        char[] digits = new char[CHECKSUM_LENGTH];
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }
}
