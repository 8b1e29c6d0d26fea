package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.IntArrayList;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The built-in model: composes whole answers, with exact token counts. Takes time that grows with
 * the text; never call it on an event loop.
 */
final class DemonstrationModel {

    /**
     * One of the answers.
     *
     * @param pieces the text, cut as a stream shows it: a token each, or as many as it takes to
     *     make whole characters
     */
    record Choice(String text, List<String> pieces, long tokens, String finishReason) {
        Choice {
            pieces = List.copyOf(pieces);
        }
    }

    private DemonstrationModel() {}

    /**
     * Answers a question.
     *
     * @param model the name it is asked under
     * @param stops texts before which an answer ends
     * @param choices how many different answers
     */
    static List<Choice> compose(
            String model, String question, List<String> stops, int choices, long outputTokensMax) {
        Encoding encoding = TokenCounter.of(model).encoding();
        List<Choice> composed = new ArrayList<>();
        for (int index = 0; index < choices; index++) {
            String text = DemonstrationProse.write(model, question, index, outputTokensMax);
            composed.add(cut(encoding, untilStop(text, stops), outputTokensMax));
        }
        return composed;
    }

    /** The text of the last message of the user. */
    static String question(JsonNode messages) {
        String question = "";
        for (JsonNode message : messages) {
            if (message.path("role").asText().equals("user")) {
                question = text(message.path("content"));
            }
        }
        return question;
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (part.path("text").isTextual()) {
                text.append(text.isEmpty() ? "" : "\n").append(part.path("text").textValue());
            }
        }
        return text.toString();
    }

    /** {@code stop} of a request. */
    static List<String> stops(ObjectNode json) {
        List<String> stops = new ArrayList<>();
        JsonNode stop = json.path("stop");
        if (stop.isTextual()) {
            stops.add(stop.textValue());
        }
        stop.forEach(each -> stops.add(each.asText()));
        stops.removeIf(String::isEmpty);
        return stops;
    }

    private static String untilStop(String text, List<String> stops) {
        int end = text.length();
        for (String stop : stops) {
            int at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return text.substring(0, end);
    }

    private static Choice cut(Encoding encoding, String text, long tokensMax) {
        IntArrayList tokens = encoding.encodeOrdinary(text);
        int kept = (int) Math.min(tokens.size(), tokensMax);
        List<String> pieces = pieces(encoding, tokens, kept);
        String reason = kept < tokens.size() ? "length" : "stop";
        return new Choice(String.join("", pieces), pieces, kept, reason);
    }

    private static List<String> pieces(Encoding encoding, IntArrayList tokens, int count) {
        List<String> pieces = new ArrayList<>(count);
        ByteArrayOutputStream begun = new ByteArrayOutputStream();
        IntArrayList one = new IntArrayList(1);
        for (int i = 0; i < count; i++) {
            one.clear();
            one.add(tokens.get(i));
            begun.writeBytes(encoding.decodeBytes(one));
            String piece = begun.toString(StandardCharsets.UTF_8);
            // A token may end within a character; its rest comes with the next one.
            if (!piece.endsWith("\uFFFD")) {
                pieces.add(piece);
                begun.reset();
            }
        }
        return pieces;
    }
}
