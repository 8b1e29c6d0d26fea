package dev.scrip.gateway;

import dev.scrip.organizations.KeyHeader;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The secret that a request shows. */
final class Bearer {

    private Bearer() {}

    static @Nullable String of(HttpServerRequest request) {
        return KeyHeader.secret(request.getHeader(HttpHeaders.AUTHORIZATION));
    }
}
