package dev.scrip.organizations;

/**
 * A key at its creation: the only time its secret is known.
 *
 * @param secret {@code sk-scrip-} and random characters, with a checksum at the end
 */
public record NewApiKey(ApiKey key, String secret) {

    @Override
    public String toString() {
        return "NewApiKey[" + key + "]"; // never the secret
    }
}
