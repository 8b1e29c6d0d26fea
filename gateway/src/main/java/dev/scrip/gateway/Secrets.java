package dev.scrip.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What of a server is only the operator's to know, to be taken out of what it says.
 *
 * @param texts the key and the address in all their forms, the longest first
 */
record Secrets(List<String> texts) {

    private static final String INSTEAD = "****";

    static Secrets of(Upstream.Server server) {
        List<String> texts = new ArrayList<>();
        if (server.apiKey() != null && !server.apiKey().isEmpty()) {
            texts.add(server.apiKey());
        }
        URI url = server.baseUrl();
        texts.add(url.toString());
        texts.add(url.getAuthority());
        texts.add(url.getHost());
        return new Secrets(List.copyOf(texts));
    }

    /** The text with stars in their place, however the server writes them. */
    String hide(String text) {
        String clean = text;
        for (String secret : texts) {
            clean = hide(clean, secret);
        }
        return clean;
    }

    private static String hide(String text, String secret) {
        String lower = text.toLowerCase(Locale.ROOT);
        String sought = secret.toLowerCase(Locale.ROOT);
        if (lower.length() != text.length() || !lower.contains(sought)) {
            return text.replace(secret, INSTEAD);
        }
        StringBuilder clean = new StringBuilder();
        int from = 0;
        for (int at = lower.indexOf(sought); at >= 0; at = lower.indexOf(sought, from)) {
            clean.append(text, from, at).append(INSTEAD);
            from = at + sought.length();
        }
        return clean.append(text, from, text.length()).toString();
    }
}
