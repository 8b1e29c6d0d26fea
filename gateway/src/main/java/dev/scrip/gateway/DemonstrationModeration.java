package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demonstration model's moderations: a handful of English words, so that both answers can be
 * seen. It protects nobody from anything.
 */
final class DemonstrationModeration {

    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private static final List<String> CATEGORIES =
            List.of(
                    "harassment",
                    "harassment/threatening",
                    "sexual",
                    "hate",
                    "hate/threatening",
                    "illicit",
                    "illicit/violent",
                    "self-harm/intent",
                    "self-harm/instructions",
                    "self-harm",
                    "sexual/minors",
                    "violence",
                    "violence/graphic");

    private static final Map<String, Set<String>> WORDS =
            Map.of(
                    "violence", Set.of("kill", "murder", "shoot", "stab", "attack"),
                    "harassment", Set.of("idiot", "moron", "stupid"),
                    "illicit", Set.of("steal", "counterfeit"),
                    "self-harm", Set.of("suicide"));

    private DemonstrationModeration() {}

    static Buffer answer(String model, List<String> texts) {
        ObjectNode answer =
                Json.object()
                        .put("id", "modr-" + UUID.randomUUID().toString().replace("-", ""))
                        .put("model", model);
        ArrayNode results = answer.putArray("results");
        for (String text : texts) {
            results.add(result(text));
        }
        return Json.write(answer);
    }

    private static ObjectNode result(String text) {
        ObjectNode categories = Json.object();
        ObjectNode scores = Json.object();
        ObjectNode types = Json.object();
        boolean flagged = false;
        for (String category : CATEGORIES) {
            boolean found = mentions(text, WORDS.getOrDefault(category, Set.of()));
            flagged |= found;
            categories.put(category, found);
            scores.put(category, found ? 0.9 : 0.001);
            types.putArray(category).add("text");
        }
        ObjectNode result = Json.object().put("flagged", flagged);
        result.set("categories", categories);
        result.set("category_scores", scores);
        result.set("category_applied_input_types", types);
        return result;
    }

    private static boolean mentions(String text, Set<String> words) {
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            if (words.contains(word.group())) {
                return true;
            }
        }
        return false;
    }
}
