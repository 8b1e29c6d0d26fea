package dev.scrip.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One sentence for the next page, carried by a cookie over the redirect behind a form. */
@RequestScoped
@Named("flash")
public class Flash {

    private final HttpHeaders headers;
    private @Nullable String said;

    Flash(HttpHeaders headers) {
        this.headers = headers;
    }

    /** Says on the next page that something was done. */
    void say(String sentence) {
        said = sentence;
    }

    Optional<String> said() {
        return Optional.ofNullable(said).map(Links::encode);
    }

    boolean isWaiting() {
        return headers.getCookies().containsKey(Cookies.FLASH);
    }

    /** What the page before said; empty: nothing. */
    public String message() {
        return URLDecoder.decode(
                Cookies.value(headers.getCookies(), Cookies.FLASH), StandardCharsets.UTF_8);
    }
}
