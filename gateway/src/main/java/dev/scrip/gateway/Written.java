package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Finds in an answer all that a model wrote: contents, refusals, reasoning, arguments of tools, and
 * the words of what it spoke.
 */
final class Written {

    /** Members of a message that are no text of the model. */
    private static final Set<String> NOT_WRITTEN =
            Set.of(
                    "role",
                    "id",
                    "call_id",
                    "type",
                    "status",
                    "index",
                    "annotations",
                    "logprobs",
                    "encrypted_content",
                    "data");

    private Written() {}

    /** Adds what stands in the choices of a completion or of a chunk of it. */
    static void choices(JsonNode answer, StringBuilder text) {
        for (JsonNode choice : answer.path("choices")) {
            collect(choice.path("text"), text);
            collect(choice.path("message"), text);
            collect(choice.path("delta"), text);
        }
    }

    /** Adds all texts within. */
    static void collect(JsonNode node, StringBuilder text) {
        if (node.isTextual()) {
            text.append(node.textValue());
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, text));
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!NOT_WRITTEN.contains(field.getKey())) {
                    collect(field.getValue(), text);
                }
            }
        }
    }
}
