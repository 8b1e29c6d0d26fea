package dev.scrip.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Addresses within the console. */
final class Links {

    /** One slash, then what may stand in an address: no second slash, no backslash, no space. */
    private static final Pattern LOCAL =
            Pattern.compile("/(?![/\\\\])[A-Za-z0-9/?&=%+._~:@!$'()*,;-]*");

    private Links() {}

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A path of this server as it came from a form or an address; anything else becomes "/". */
    static String local(String given) {
        return LOCAL.matcher(given).matches() ? given : "/";
    }
}
