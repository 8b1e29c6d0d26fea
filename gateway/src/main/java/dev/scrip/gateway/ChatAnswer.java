package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.pricing.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what an upstream says in a completion or in one chunk of it. */
final class ChatAnswer {

    /** Members of a message that are no text of the model. */
    private static final Set<String> NOT_WRITTEN =
            Set.of("role", "id", "type", "index", "annotations", "audio");

    private ChatAnswer() {}

    /**
     * The usage, if it is told and can be one. Input includes the cached tokens. Some servers leave
     * the reasoning out of {@code completion_tokens} but not out of the total: then the output is
     * what the total says.
     */
    static Optional<Usage> usage(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        long input = count(usage, "prompt_tokens");
        long output = count(usage, "completion_tokens");
        if (input < 0 || output < 0 || input + output == 0) {
            return Optional.empty();
        }
        output = Math.max(output, count(usage, "total_tokens") - input);
        JsonNode inputDetails = usage.path("prompt_tokens_details");
        long cached = Math.clamp(count(inputDetails, "cached_tokens"), 0, input);
        long cacheWrites = count(inputDetails, "cache_write_tokens");
        long reasoning = count(usage.path("completion_tokens_details"), "reasoning_tokens");
        return Optional.of(
                new Usage(
                        input,
                        cached,
                        Math.clamp(cacheWrites, 0, input - cached),
                        output,
                        Math.clamp(reasoning, 0, output),
                        false));
    }

    private static long count(JsonNode object, String field) {
        JsonNode value = object.path(field);
        // A count beyond an int is no count: sums of two must not overflow.
        return value.isIntegralNumber() && value.canConvertToInt() ? value.longValue() : -1;
    }

    /** Adds all that the model wrote: contents, refusals, reasoning, the arguments of tools. */
    static void written(JsonNode answer, StringBuilder text) {
        for (JsonNode choice : answer.path("choices")) {
            collect(choice.path("message"), text);
            collect(choice.path("delta"), text);
        }
    }

    private static void collect(JsonNode node, StringBuilder text) {
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

    /** A choice came to its end. */
    static boolean finished(JsonNode chunk) {
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.hasNonNull("finish_reason")) {
                return true;
            }
        }
        return false;
    }
}
