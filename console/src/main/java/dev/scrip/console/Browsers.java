package dev.scrip.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Says which browser a session is from, well enough to recognize one's own. */
final class Browsers {

    /** In this order: most browsers claim to be the ones behind them as well. */
    private static final SequencedMap<String, String> NAMES =
            ordered(
                    "Edg/", "Edge",
                    "OPR/", "Opera",
                    "Firefox/", "Firefox",
                    "Chrome/", "Chrome",
                    "Safari/", "Safari",
                    "curl/", "curl");

    private static final SequencedMap<String, String> SYSTEMS =
            ordered(
                    "Android", "Android",
                    "iPhone", "iPhone",
                    "iPad", "iPad",
                    "Windows", "Windows",
                    "Mac OS X", "macOS",
                    "CrOS", "ChromeOS",
                    "Linux", "Linux");

    private Browsers() {}

    static String describe(String userAgent) {
        String name = first(NAMES, userAgent);
        String system = first(SYSTEMS, userAgent);
        if (name.isEmpty()) {
            return system.isEmpty() ? "Unknown browser" : "A browser on " + system;
        }
        return system.isEmpty() ? name : name + " on " + system;
    }

    private static String first(Map<String, String> marks, String userAgent) {
        return marks.entrySet().stream()
                .filter(mark -> userAgent.contains(mark.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static SequencedMap<String, String> ordered(String... pairs) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
