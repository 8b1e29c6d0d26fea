package dev.scrip.gateway;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the demonstration model writes: text about what was asked, the same for the same question,
 * as long as was asked for.
 */
final class DemonstrationProse {

    private static final Pattern SAY =
            Pattern.compile(
                    "(?is)^\\s*(?:please\\s+)?(?:say|repeat(?: after me)?|(?:reply|answer|respond)"
                            + " (?:only )?with)\\s*:?\\s+[\"'“]?(.{1,400}?)[\"'”]?\\s*$");
    private static final Pattern WORDS =
            Pattern.compile("(?i)\\b(\\d{1,3}(?:,\\d{3})+|\\d{1,7})[ -]+words?\\b");
    private static final Pattern GREETING =
            Pattern.compile("(?is)^\\W*(hello|hi|hey|good (?:morning|day|evening))\\b.{0,20}$");
    private static final Pattern KEYWORD = Pattern.compile("[\\p{L}][\\p{L}\\p{Nd}'-]{3,24}");

    private static final Set<String> COMMON =
            Set.of(
                    "about", "also", "could", "does", "explain", "from", "give", "have", "help",
                    "into", "just", "know", "like", "long", "make", "more", "much", "need",
                    "please", "show", "some", "tell", "that", "their", "them", "then", "there",
                    "these", "they", "this", "what", "when", "where", "which", "with", "word",
                    "words", "would", "write", "your");

    private static final List<String> TOPICS =
            List.of("the plan", "the details", "the balance", "the next step", "the evidence");

    private static final List<String> SENTENCES =
            List.of(
                    "A good way to begin with {a} is to write down what is already known.",
                    "Most questions about {a} become simpler once {b} is set aside for a moment.",
                    "It helps to look at {a} from the side of the people who use it every day.",
                    "There is a trade-off here: more attention to {a} leaves less for {b}.",
                    "A small experiment with {a} often says more than a long discussion.",
                    "Where {a} and {b} meet, the interesting cases are at the edges.",
                    "One number is worth keeping in view: how often {a} changes in a week.",
                    "If {a} surprises you, the first suspect is an old assumption about {b}.",
                    "It is easy to forget that {a} has a history, and that it explains a lot.",
                    "Start with the smallest version of {a} that could possibly be useful.",
                    "Two people can mean different things by {a}, so it pays to define it.",
                    "In practice {a} is rarely the bottleneck; {b} usually is.",
                    "Keep a short list of what would change your mind about {a}.",
                    "The costs of {a} are visible at once, its benefits only later.",
                    "Compare {a} with something familiar, and notice where the comparison fails.",
                    "A checklist for {a} should fit on one page and be read aloud.",
                    "After that, {b} can be improved step by step, measuring each one.",
                    "Nobody regrets having tested {a} before relying on it.",
                    "What is true of {a} on a quiet day may not be true under load.",
                    "Ask who is responsible for {a}, and what they would like to stop doing.",
                    "Some of this is taste, but for {a} the facts decide more than taste does.",
                    "In the end {a} matters because of what it makes possible for {b}.");

    private DemonstrationProse() {}

    /**
     * Writes one answer.
     *
     * @param variant which of several answers to the same question
     * @param wordsMax no more than this is of use
     */
    static String write(String model, String question, int variant, long wordsMax) {
        Matcher say = SAY.matcher(question);
        if (say.matches()) {
            return say.group(1);
        }
        SplittableRandom random =
                new SplittableRandom(31L * question.hashCode() + 7L * variant + model.hashCode());
        StringBuilder text = new StringBuilder(opening(model, question));
        long wanted = Math.min(wordsWanted(model, question), wordsMax);
        List<String> topics = topics(question);
        long words = text.toString().split("\\s+").length;
        int last = -1;
        for (int sentences = 0; words < wanted; sentences++) {
            int pick = random.nextInt(SENTENCES.size() - 1);
            pick = pick >= last && last >= 0 ? pick + 1 : pick;
            last = pick;
            String a = topics.get(random.nextInt(topics.size()));
            String b = TOPICS.get(random.nextInt(TOPICS.size()));
            String sentence = SENTENCES.get(pick).replace("{a}", a).replace("{b}", b);
            text.append(sentences % 6 == 0 ? "\n\n" : " ").append(sentence);
            words += sentence.split(" ").length;
        }
        return text.toString();
    }

    private static String opening(String model, String question) {
        String who =
                "I am "
                        + model
                        + ", the demonstration model built into this gateway: I write plausible"
                        + " text, and every token of it is counted and charged for real.";
        if (question.isBlank()) {
            return who + " You asked nothing in particular, so here are some general remarks.";
        }
        if (GREETING.matcher(question).matches()) {
            return "Hello! " + who + " Ask me anything, or ask for a number of words.";
        }
        String quoted = question.strip().replaceAll("\\s+", " ");
        if (quoted.codePointCount(0, quoted.length()) > 160) {
            quoted = quoted.substring(0, quoted.offsetByCodePoints(0, 160)) + "…";
        }
        return "You asked: “" + quoted + "” " + who;
    }

    private static long wordsWanted(String model, String question) {
        Matcher words = WORDS.matcher(question);
        if (words.find()) {
            return Long.parseLong(words.group(1).replace(",", ""));
        }
        return model.endsWith("-large") ? 240 : 80;
    }

    private static List<String> topics(String question) {
        Set<String> topics = new LinkedHashSet<>();
        Matcher word = KEYWORD.matcher(question);
        while (word.find() && topics.size() < 12) {
            String lower = word.group().toLowerCase(Locale.ROOT);
            if (!COMMON.contains(lower)) {
                topics.add(word.group());
            }
        }
        topics.add("the question");
        return new ArrayList<>(topics);
    }
}
