package dev.scrip.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The secret that a request shows. */
final class Bearer {

    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    static @Nullable String of(HttpServerRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String secret = given.substring(SCHEME.length()).strip();
        return secret.isEmpty() ? null : secret;
    }
}
