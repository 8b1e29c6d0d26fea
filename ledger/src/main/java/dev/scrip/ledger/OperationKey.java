package dev.scrip.ledger;

/**
 * What makes an operation happen once: the same key and body have one effect and get the same
 * answer for ever, refusals included; the same key with another body is a conflict.
 *
 * @param key the caller's, unique in the organization
 * @param bodyHash of all that is asked, made by the caller's module
 */
public record OperationKey(String key, String bodyHash) {

    /** The longest key, in characters. */
    public static final int LENGTH_MAX = 255;

    public OperationKey {
        if (key.isBlank() || key.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a key has 1 to " + LENGTH_MAX + " characters: " + key.length());
        }
    }
}
