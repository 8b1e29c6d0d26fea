package dev.scrip.onboarding;

import java.security.SecureRandom;

/** A random password that can be read from a screen and typed: 100 bits, four groups of five. */
final class ReadablePassword {

    /** 32 characters, so 5 bits each; none is easily taken for another. */
    private static final String CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 4;
    private static final int GROUP_LENGTH = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ReadablePassword() {}

    static String random() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
            if (i > 0 && i % GROUP_LENGTH == 0) {
                password.append('-');
            }
            password.append(CHARACTERS.charAt(RANDOM.nextInt(CHARACTERS.length())));
        }
        return password.toString();
    }
}
