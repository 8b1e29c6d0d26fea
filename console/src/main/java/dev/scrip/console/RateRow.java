package dev.scrip.console;

import dev.scrip.ledger.Subject;
import dev.scrip.organizations.RateBounds;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUnit;
import dev.scrip.organizations.RateUse;
import dev.scrip.postgres.Ids;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A rate limit in a list, with names in place of ids.
 *
 * @param whose "Project Web"
 * @param lines one for each number
 */
public record RateRow(RateLimit limit, String whose, List<Line> lines) {

    /**
     * One number of a limit, and how far it is used up now.
     *
     * @param what "requests a minute"
     * @param used of what may pass at once
     * @param burst what may pass at once: of a minute's number a part, of a day's all
     */
    public record Line(String what, long max, long used, long burst, int percent) {

        /** Less may pass at once than in the whole minute. */
        public boolean isPartAtOnce() {
            return burst < max;
        }

        /** "good", "soon" or "stop". */
        public String badge() {
            return percent >= 100 ? "stop" : percent >= 80 ? "soon" : "good";
        }
    }

    static RateRow of(RateLimit limit, String whose, List<RateUse> uses) {
        return new RateRow(
                limit,
                whose,
                uses.stream()
                        .filter(use -> use.limit().equals(limit))
                        .map(
                                use ->
                                        new Line(
                                                words(use.unit()),
                                                use.max(),
                                                use.burst() - use.remaining(),
                                                use.burst(),
                                                use.percent()))
                        .toList());
    }

    public String id() {
        return Ids.print(RateLimit.PREFIX, limit.id());
    }

    /** What of the settings no page can change. */
    public boolean isOfSettings() {
        return limit.id() == 0;
    }

    public String models() {
        return limit.model().isEmpty() ? "All models together" : limit.model();
    }

    static Subject subject(RateSubject subject) {
        return switch (subject.kind()) {
            case ORGANIZATION -> Subject.organization();
            case PROJECT -> Subject.project(subject.id());
            case API_KEY -> Subject.apiKey(subject.id());
        };
    }

    /** "60 requests a minute, 40,000 tokens a minute". */
    static String words(RateBounds bounds, Formats formats) {
        return bounds.byUnit().entrySet().stream()
                .map(each -> formats.number(each.getValue()) + " " + words(each.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String words(RateUnit unit) {
        return switch (unit) {
            case REQUESTS_PER_MINUTE -> "requests a minute";
            case TOKENS_PER_MINUTE -> "tokens a minute";
            case REQUESTS_PER_DAY -> "requests a day";
            case IMAGES_PER_MINUTE -> "images a minute";
            case AUDIO_SECONDS_PER_MINUTE -> "seconds of audio a minute";
        };
    }

    static String label(RateUnit unit) {
        String words = words(unit);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
