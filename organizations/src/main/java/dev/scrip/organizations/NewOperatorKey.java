package dev.scrip.organizations;

/**
 * An operator's key at its creation: the only time its secret is known.
 *
 * @param secret {@code sk-scrip-admin-} and random characters, with a checksum at the end
 */
public record NewOperatorKey(OperatorKey key, String secret) {

    @Override
    public String toString() {
        return "NewOperatorKey[" + key + "]"; // never the secret
    }
}
