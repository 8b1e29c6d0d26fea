package dev.scrip.organizations;

import org.jspecify.annotations.Nullable;

/** The header by which programs show their keys. */
public final class KeyHeader {

    private static final String SCHEME = "Bearer ";

    private KeyHeader() {}

    /**
     * The secret in an {@code Authorization} header; the scheme may be written in any case, as HTTP
     * has it.
     *
     * @param authorization the header; null: there is none
     * @return null: it shows no key
     */
    public static @Nullable String secret(@Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String secret = authorization.substring(SCHEME.length()).strip();
        return secret.isEmpty() ? null : secret;
    }
}
