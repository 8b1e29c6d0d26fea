package dev.scrip.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses within the console. */
final class Links {

    private Links() {}

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A path of this server as it came from a form or an address; anything else becomes "/". */
    static String local(String given) {
        boolean local =
                given.startsWith("/")
                        && !given.startsWith("//")
                        && given.chars().noneMatch(c -> c == '\\' || c < ' ');
        return local ? given : "/";
    }
}
