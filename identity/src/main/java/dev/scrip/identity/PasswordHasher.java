package dev.scrip.identity;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.text.Normalizer;
import java.util.concurrent.Semaphore;

/**
 * Argon2id. The parameters stand in each hash, so that they can rise: an older hash still checks,
 * and is replaced at the next sign-in.
 */
final class PasswordHasher {

    /** What OWASP recommends: 19 MiB of memory, two passes, one lane. */
    private static final Argon2Function CURRENT =
            Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);

    private static final int SALT_BYTES = 16;

    /** Memory and processors are bounded, however many people sign in at once. */
    private final Semaphore slots = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    /** The hash of a password that nobody has: checking against it takes as long as any other. */
    private final String nobody = hash("nobody " + Token.random().text());

    String hash(String password) {
        slots.acquireUninterruptibly();
        try {
            return Password.hash(normalized(password))
                    .addRandomSalt(SALT_BYTES)
                    .with(CURRENT)
                    .getResult();
        } finally {
            slots.release();
        }
    }

    boolean matches(String password, String hash) {
        slots.acquireUninterruptibly();
        try {
            return Password.check(normalized(password), hash)
                    .with(Argon2Function.getInstanceFromHash(hash));
        } finally {
            slots.release();
        }
    }

    /** As much work as {@link #matches}, for an address that nobody has. */
    void matchesNobody(String password) {
        boolean matched = matches(password, nobody);
        if (matched) {
            throw new IllegalStateException("somebody guessed 256 random bits");
        }
    }

    /** Whether a hash was made with other parameters than today's. */
    boolean isOutdated(String hash) {
        return !Argon2Function.getInstanceFromHash(hash).equals(CURRENT);
    }

    /** The same password typed on another keyboard may arrive as other code points. */
    private static String normalized(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }
}
