package dev.scrip.console;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.NewCookie;
import java.time.Duration;
import java.util.Map;

/** The cookies of the console, all of them for this host alone and for its whole path. */
@ApplicationScoped
class Cookies {

    /** Who is signed in: a random token whose hash the server knows. */
    static final String SESSION = "scrip_session";

    /** Which of their organizations they look at; checked against memberships at every request. */
    static final String ORGANIZATION = "scrip_organization";

    /** light, dark or system. */
    static final String THEME = "scrip_theme";

    /** The time zone that times are shown in. */
    static final String ZONE = "scrip_zone";

    /** A message for the next page. */
    static final String FLASH = "scrip_flash";

    private static final Duration LONG = Duration.ofDays(365);

    private final ConsoleSettings settings;

    Cookies(ConsoleSettings settings) {
        this.settings = settings;
    }

    static String value(Map<String, Cookie> cookies, String name) {
        Cookie cookie = cookies.get(name);
        return cookie == null ? "" : cookie.getValue();
    }

    /** A cookie that scripts cannot read. */
    NewCookie hidden(String name, String value, Duration life) {
        return cookie(name, value, life).httpOnly(true).build();
    }

    /** A choice of how things are shown, which scripts may read. */
    NewCookie preference(String name, String value) {
        return cookie(name, value, LONG).build();
    }

    NewCookie gone(String name) {
        return cookie(name, "", Duration.ZERO).httpOnly(true).build();
    }

    private NewCookie.Builder cookie(String name, String value, Duration life) {
        return new NewCookie.Builder(name)
                .value(value)
                .path("/")
                .maxAge(Math.toIntExact(life.toSeconds()))
                .sameSite(NewCookie.SameSite.LAX)
                .secure(settings.secure());
    }
}
