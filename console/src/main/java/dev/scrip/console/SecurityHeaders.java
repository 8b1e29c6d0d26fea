package dev.scrip.console;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.time.Duration;

/** Headers of every page, and the cookie of the {@link Flash}. */
@Provider
class SecurityHeaders implements ContainerResponseFilter {

    /** Everything comes from this server: no inline script, no inline style, no frame around us. */
    private static final String CONTENT_SECURITY_POLICY =
            String.join(
                    "; ",
                    "default-src 'self'",
                    "img-src 'self' data:",
                    "object-src 'none'",
                    "base-uri 'none'",
                    "form-action 'self'",
                    "frame-ancestors 'none'");

    private static final Duration FLASH_LIFE = Duration.ofMinutes(1);

    private final ConsoleSettings settings;
    private final Cookies cookies;
    private final Flash flash;
    private final ErrorPages errors;

    SecurityHeaders(ConsoleSettings settings, Cookies cookies, Flash flash, ErrorPages errors) {
        this.settings = settings;
        this.cookies = cookies;
        this.flash = flash;
        this.errors = errors;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.putSingle("X-Content-Type-Options", "nosniff");
        headers.putSingle("X-Frame-Options", "DENY");
        headers.putSingle("Referrer-Policy", "same-origin");
        headers.putSingle(
                "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
        headers.putSingle("Cross-Origin-Opener-Policy", "same-origin");
        headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        if (settings.secure()) {
            headers.putSingle("Strict-Transport-Security", "max-age=31536000");
        }
        if (response.getStatus() >= 400 && !response.hasEntity()) {
            // Refused before a page was reached, by the check of the form's token for one.
            Response page = errors.page(response.getStatus());
            response.setEntity(page.getEntity(), new Annotation[0], page.getMediaType());
        }
        if (flash.said().isPresent()) {
            String said = flash.said().get();
            headers.add(HttpHeaders.SET_COOKIE, cookies.hidden(Cookies.FLASH, said, FLASH_LIFE));
        } else if (flash.isWaiting() && response.getStatus() < 300) {
            headers.add(HttpHeaders.SET_COOKIE, cookies.gone(Cookies.FLASH));
        }
    }
}
