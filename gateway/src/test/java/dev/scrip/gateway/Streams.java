package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Streams as upstreams write them and clients read them. */
final class Streams {

    static final String DONE = "data: [DONE]\n\n";

    private Streams() {}

    static JsonNode json(String text) {
        try {
            return Json.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static String event(JsonNode data) {
        return "data: " + data + "\n\n";
    }

    static String content(String text) {
        return event(chunk("{\"content\":" + Json.object().put("t", text).get("t") + "}", null));
    }

    static String finish() {
        return event(chunk("{}", "stop"));
    }

    private static ObjectNode chunk(String delta, String finishReason) {
        ObjectNode chunk = frame();
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", json(delta));
        choice.put("finish_reason", finishReason);
        chunk.putNull("usage");
        return chunk;
    }

    private static ObjectNode frame() {
        return Json.object()
                .put("id", "chatcmpl-1")
                .put("object", "chat.completion.chunk")
                .put("created", 1_755_000_000)
                .put("model", "gpt-5-nano-2025-08-07");
    }

    static String usage(long input, long cached, long output) {
        ObjectNode chunk = frame();
        chunk.putArray("choices");
        chunk.set("usage", usageObject(input, cached, output));
        return event(chunk);
    }

    static ObjectNode usageObject(long input, long cached, long output) {
        ObjectNode usage =
                Json.object()
                        .put("prompt_tokens", input)
                        .put("completion_tokens", output)
                        .put("total_tokens", input + output);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
        return usage;
    }

    /** A recorded answer in one piece, as a stream would have told it. */
    static String[] asStream(JsonNode completion) {
        List<String> events = new ArrayList<>();
        for (JsonNode choice : completion.path("choices")) {
            ObjectNode delta = (ObjectNode) choice.path("message");
            events.add(choiceEvent(completion, choice, delta, null));
            events.add(
                    choiceEvent(
                            completion,
                            choice,
                            Json.object(),
                            choice.path("finish_reason").asText()));
        }
        ObjectNode last = frame();
        last.putArray("choices");
        last.set("usage", completion.path("usage"));
        events.add(event(last));
        events.add(DONE);
        return events.toArray(String[]::new);
    }

    private static String choiceEvent(
            JsonNode completion, JsonNode choice, ObjectNode delta, String finishReason) {
        ObjectNode chunk = frame().put("model", completion.path("model").asText());
        ObjectNode one = chunk.putArray("choices").addObject();
        one.put("index", choice.path("index").asInt());
        one.set("delta", delta);
        one.put("finish_reason", finishReason);
        return event(chunk);
    }

    /** The data of each event of a stream. */
    static List<String> data(String stream) {
        return Arrays.stream(stream.split("\n\n"))
                .filter(event -> event.startsWith("data: "))
                .map(event -> event.substring(6))
                .toList();
    }

    /** What the model wrote, of a whole stream. */
    static String written(String stream) {
        StringBuilder text = new StringBuilder();
        for (String data : data(stream)) {
            if (!data.equals("[DONE]")) {
                for (JsonNode choice : json(data).path("choices")) {
                    text.append(choice.path("delta").path("content").asText(""));
                }
            }
        }
        return text.toString();
    }
}
