package dev.scrip.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How requests and answers of an endpoint look on the wire, as real model servers write them. */
public enum Wire {
    CHAT("/chat/completions") {
        @Override
        JsonObject ask() {
            return new JsonObject()
                    .put("messages", new JsonArray().add(message("user", "Hello!")))
                    .put("max_tokens", 1_000);
        }

        @Override
        JsonObject answer(String text) {
            JsonObject choice =
                    new JsonObject()
                            .put("index", 0)
                            .put("message", message("assistant", text))
                            .put("finish_reason", "stop");
            return chunk("chat.completion").put("choices", new JsonArray().add(choice));
        }

        @Override
        public String opening() {
            return data(delta(message("assistant", ""), null));
        }

        @Override
        public String text(String text) {
            return data(delta(new JsonObject().put("content", text), null));
        }

        @Override
        public String finish(String reason) {
            return data(delta(new JsonObject(), reason));
        }

        private JsonObject delta(JsonObject delta, @Nullable String reason) {
            JsonObject choice =
                    new JsonObject()
                            .put("index", 0)
                            .put("delta", delta)
                            .put("finish_reason", reason);
            return chunk("chat.completion.chunk")
                    .put("choices", new JsonArray().add(choice))
                    .putNull("usage");
        }
    },

    COMPLETIONS("/completions") {
        @Override
        JsonObject ask() {
            return new JsonObject().put("prompt", "Hello!").put("max_tokens", 1_000);
        }

        @Override
        JsonObject answer(String text) {
            return choice(text, "stop");
        }

        @Override
        public String opening() {
            return ": it begins\n\n";
        }

        @Override
        public String text(String text) {
            return data(choice(text, null));
        }

        @Override
        public String finish(String reason) {
            return data(choice("", reason));
        }

        private JsonObject choice(String text, @Nullable String reason) {
            JsonObject choice =
                    new JsonObject()
                            .put("text", text)
                            .put("index", 0)
                            .putNull("logprobs")
                            .put("finish_reason", reason);
            return chunk("text_completion").put("choices", new JsonArray().add(choice));
        }
    },

    RESPONSES("/responses") {
        @Override
        JsonObject ask() {
            return new JsonObject().put("input", "Hello!").put("max_output_tokens", 1_000);
        }

        @Override
        JsonObject answer(String text) {
            return response("completed").put("output", new JsonArray().add(item(text)));
        }

        private JsonObject response(String status) {
            return new JsonObject()
                    .put("id", "resp_1")
                    .put("object", "response")
                    .put("created_at", CREATED)
                    .put("status", status)
                    .put("model", MODEL)
                    .put("output", new JsonArray())
                    .putNull("error")
                    .putNull("usage");
        }

        private JsonObject item(String text) {
            JsonObject part =
                    new JsonObject()
                            .put("type", "output_text")
                            .put("text", text)
                            .put("annotations", new JsonArray());
            return new JsonObject()
                    .put("type", "message")
                    .put("id", "msg_1")
                    .put("status", "completed")
                    .put("role", "assistant")
                    .put("content", new JsonArray().add(part));
        }

        @Override
        public String opening() {
            return event("response.created", "response", response("in_progress"))
                    + event("response.in_progress", "response", response("in_progress"))
                    + event("response.output_item.added", "item", item(""));
        }

        @Override
        public String text(String text) {
            return event("response.output_text.delta", "delta", text);
        }

        @Override
        public String finish(String reason) {
            return event("response.output_text.done", "text", "")
                    + event("response.output_item.done", "item", item(""));
        }

        @Override
        public String end(@Nullable Told usage) {
            return last("completed", usage);
        }

        @Override
        public String failure(@Nullable Told usage) {
            return last("failed", usage);
        }

        private String last(String status, @Nullable Told usage) {
            JsonObject response = told(response(status), usage);
            if (status.equals("failed")) {
                response.put("error", ERROR);
            }
            return event("response." + status, "response", response);
        }

        @Override
        JsonObject told(JsonObject answer, @Nullable Told usage) {
            return usage == null
                    ? answer
                    : answer.put(
                            "usage",
                            new JsonObject()
                                    .put("input_tokens", usage.input())
                                    .put(
                                            "input_tokens_details",
                                            new JsonObject().put("cached_tokens", usage.cached()))
                                    .put("output_tokens", usage.output())
                                    .put(
                                            "output_tokens_details",
                                            new JsonObject().put("reasoning_tokens", 0))
                                    .put("total_tokens", usage.input() + usage.output()));
        }

        @Override
        String textOf(JsonObject event) {
            return event.getString("type").equals("response.output_text.delta")
                    ? event.getString("delta")
                    : "";
        }

        @Override
        public boolean isComplete(String stream) {
            return stream.contains("event: response.completed\n");
        }

        private String event(String type, String field, Object value) {
            return "event: "
                    + type
                    + "\n"
                    + data(new JsonObject().put("type", type).put(field, value));
        }
    };

    /** A usage as a server tells it. */
    public record Told(long input, long cached, long output) {}

    private static final long CREATED = 1_755_000_000;
    private static final String MODEL = "gpt-5-nano-2025-08-07";
    private static final String DONE = "data: [DONE]\n\n";
    private static final JsonObject ERROR =
            new JsonObject()
                    .put("message", "the upstream's own words")
                    .put("type", "server_error")
                    .put("code", "server_error");

    private final String path;

    Wire(String path) {
        this.path = path;
    }

    /** Under a base URL. */
    public String path() {
        return path;
    }

    /** A small request, for at most 1,000 tokens. */
    public String request(String model, boolean streamed) {
        JsonObject request = ask().put("model", model);
        return (streamed ? request.put("stream", true) : request).encode();
    }

    /** A whole answer. */
    public String whole(String text, @Nullable Told usage) {
        return told(answer(text), usage).encode();
    }

    abstract JsonObject ask();

    abstract JsonObject answer(String text);

    /** The events of a stream before its text. */
    public abstract String opening();

    /** A piece of text. */
    public abstract String text(String text);

    /** The text has come to its end. */
    public abstract String finish(String reason);

    /** The end of a stream, with the usage. */
    public String end(@Nullable Told usage) {
        return usageChunk(usage) + DONE;
    }

    /** The server fails in mid-stream. */
    public String failure(@Nullable Told usage) {
        return usageChunk(usage) + data(new JsonObject().put("error", ERROR));
    }

    private String usageChunk(@Nullable Told usage) {
        return usage == null
                ? ""
                : data(told(chunk("chunk").put("choices", new JsonArray()), usage));
    }

    JsonObject told(JsonObject answer, @Nullable Told usage) {
        return usage == null
                ? answer
                : answer.put(
                        "usage",
                        new JsonObject()
                                .put("prompt_tokens", usage.input())
                                .put("completion_tokens", usage.output())
                                .put("total_tokens", usage.input() + usage.output())
                                .put(
                                        "prompt_tokens_details",
                                        new JsonObject().put("cached_tokens", usage.cached())));
    }

    /** A stream to its end. */
    public String[] stream(List<String> texts, @Nullable Told usage) {
        StringBuilder all = new StringBuilder(opening());
        texts.forEach(text -> all.append(text(text)));
        return split(all.append(finish("stop")).append(end(usage)).toString());
    }

    private static String[] split(String events) {
        return Arrays.stream(events.split("(?<=\n\n)")).toArray(String[]::new);
    }

    /** The data of each event of a stream. */
    public static List<String> dataOf(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    /** What the model wrote, of a stream that somebody got. */
    public String written(String stream) {
        return dataOf(stream).stream()
                .filter(Predicate.not("[DONE]"::equals))
                .map(data -> textOf(new JsonObject(data)))
                .collect(Collectors.joining());
    }

    String textOf(JsonObject event) {
        JsonArray choices = event.getJsonArray("choices", new JsonArray());
        if (choices.isEmpty()) {
            return "";
        }
        JsonObject choice = choices.getJsonObject(0);
        return choice.containsKey("text")
                ? choice.getString("text")
                : choice.getJsonObject("delta").getString("content", "");
    }

    /** Whoever got this stream takes it for a whole answer. */
    public boolean isComplete(String stream) {
        return stream.endsWith(DONE);
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    private static JsonObject chunk(String object) {
        return new JsonObject()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", CREATED)
                .put("model", MODEL);
    }

    private static String data(JsonObject data) {
        return "data: " + data.encode() + "\n\n";
    }
}
