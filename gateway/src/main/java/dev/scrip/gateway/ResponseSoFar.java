package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a response has been told, so that it can be ended before its end: its items with their
 * texts. The event that was read last counts only when the next one is read, for that one may not
 * have gone on.
 */
final class ResponseSoFar {

    /** Tokens around an item, at most. */
    private static final long UNSEEN_TOKENS = 16;

    /** An item that began: as it was told first or last, and the text since. */
    private static final class Item {
        private ObjectNode told;
        private final StringBuilder text = new StringBuilder();
        private boolean done;

        Item(ObjectNode told) {
            this.told = told;
        }
    }

    private final Map<Integer, Item> items = new TreeMap<>();
    private @Nullable ObjectNode response;
    private @Nullable String lastType;
    private @Nullable ObjectNode lastEvent;
    private long begun = 1;

    /** Takes an event in. */
    void read(String type, ObjectNode event) {
        String before = lastType;
        ObjectNode its = lastEvent;
        if (before != null && its != null) {
            take(before, its);
        }
        lastType = type;
        lastEvent = event;
        begun += type.equals("response.output_item.added") ? 1 : 0;
    }

    private void take(String type, ObjectNode event) {
        int index = event.path("output_index").asInt();
        Item item = items.get(index);
        switch (type) {
            case "response.created", "response.in_progress" -> {
                if (event.path("response") instanceof ObjectNode told) {
                    response = told;
                }
            }
            case "response.output_item.added", "response.output_item.done" -> {
                if (event.path("item") instanceof ObjectNode told) {
                    Item known = items.computeIfAbsent(index, _ -> new Item(told));
                    known.told = told;
                    known.done = type.endsWith("done");
                }
            }
            case "response.output_text.delta", "response.function_call_arguments.delta" -> {
                if (item != null) {
                    item.text.append(event.path("delta").asText());
                }
            }
            default -> {}
        }
    }

    /** An upper bound of the tokens that frame what was told. */
    long unseenTokens() {
        return UNSEEN_TOKENS * begun;
    }

    /** The response as far as it came. */
    ObjectNode incomplete() {
        ObjectNode whole = response == null ? Json.object() : response.deepCopy();
        whole.put("object", "response").put("status", "incomplete");
        whole.putObject("incomplete_details").put("reason", "max_output_tokens");
        ArrayNode output = whole.putArray("output");
        items.values().forEach(item -> output.add(asFarAsItCame(item)));
        return whole;
    }

    private static JsonNode asFarAsItCame(Item item) {
        if (item.done) {
            return item.told;
        }
        ObjectNode told = item.told.deepCopy();
        told.put("status", "incomplete");
        if (told.path("type").asText().equals("function_call")) {
            told.put("arguments", item.text.toString());
        } else if (told.path("type").asText().equals("message")) {
            ObjectNode part =
                    told.putArray("content")
                            .addObject()
                            .put("type", "output_text")
                            .put("text", item.text.toString());
            part.putArray("annotations");
        }
        return told;
    }
}
