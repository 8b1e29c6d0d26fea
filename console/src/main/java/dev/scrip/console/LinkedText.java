package dev.scrip.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the web addresses in plain text. */
final class LinkedText {

    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s<>\"]*[^\\s<>\".,;:!?)]");

    /** A run of text; a link if it is an address. */
    public record Part(String text, boolean link) {}

    private LinkedText() {}

    static List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher address = ADDRESS.matcher(text);
        int from = 0;
        while (address.find()) {
            if (address.start() > from) {
                parts.add(new Part(text.substring(from, address.start()), false));
            }
            parts.add(new Part(address.group(), true));
            from = address.end();
        }
        if (from < text.length()) {
            parts.add(new Part(text.substring(from), false));
        }
        return List.copyOf(parts);
    }
}
