package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat completion, parsed once.
 *
 * @param json all of it, as it came; never changed
 * @param usageWanted the client asked for the usage at the end of the stream
 * @param outputBound the client's own bound on one choice
 * @param endUser whom the client names as its own user
 */
record ChatRequest(
        ObjectNode json,
        ChatInput input,
        String model,
        boolean streamed,
        boolean usageWanted,
        OptionalLong outputBound,
        int choices,
        @Nullable String endUser) {

    /** What reading a body gave. */
    sealed interface Parsed {
        record Request(ChatRequest request) implements Parsed {}

        record Invalid(Answer answer) implements Parsed {}
    }

    private static final int CHOICES_MAX = 128;
    private static final int END_USER_CHARS_MAX = 512;
    private static final String BOUND = "max_completion_tokens";
    private static final String OLD_BOUND = "max_tokens";

    /** What the price book has a price for; anything else could cost what nobody set aside. */
    private static final Set<String> PRICED_PARTS =
            Set.of("text", "image_url", "input_audio", "refusal");

    private static final Set<String> PRICED_TIERS = Set.of("auto", "default");

    static Parsed parse(byte[] body) {
        try {
            if (!(Json.read(body) instanceof ObjectNode json)) {
                throw new InvalidField("The request body must be a JSON object.", null, null);
            }
            return new Parsed.Request(read(json));
        } catch (IOException malformed) {
            String message = "The request body is not valid JSON: " + Json.explain(malformed) + ".";
            return new Parsed.Invalid(Answer.invalid(message, null, null));
        } catch (InvalidField invalid) {
            return new Parsed.Invalid(
                    Answer.invalid(invalid.getMessage(), invalid.field, invalid.code));
        }
    }

    private static ChatRequest read(ObjectNode json) throws InvalidField {
        JsonNode model = json.path("model");
        if (!model.isTextual() || model.textValue().isBlank()) {
            throw new InvalidField("You must provide a model parameter.", "model", null);
        }
        checkMessages(json.path("messages"));
        refuseUnpriced(json);
        return new ChatRequest(
                json,
                ChatInput.of(json),
                model.textValue(),
                flag("stream", json.path("stream")),
                flag("stream_options", json.path("stream_options").path("include_usage")),
                bound(json),
                (int) number(json, "n", 1, CHOICES_MAX).orElse(1),
                endUser(json));
    }

    private static void checkMessages(JsonNode messages) throws InvalidField {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new InvalidField(
                    "'messages' must be an array with at least one message.",
                    "messages",
                    messages.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        for (JsonNode message : messages) {
            if (!message.isObject()) {
                throw new InvalidField(
                        "Each of 'messages' must be an object.", "messages", "invalid_type");
            }
            for (JsonNode part : message.path("content")) {
                String type = part.path("type").asText();
                if (!PRICED_PARTS.contains(type)) {
                    throw new InvalidField(
                            "Content of type '" + type + "' is not offered here.",
                            "messages",
                            "unsupported_value");
                }
            }
        }
    }

    private static void refuseUnpriced(ObjectNode json) throws InvalidField {
        for (String field : Set.of("web_search_options", "audio", "prediction")) {
            if (json.hasNonNull(field)) {
                throw new InvalidField(
                        "'" + field + "' is not offered here.", field, "unsupported_parameter");
            }
        }
        JsonNode tier = json.path("service_tier");
        if (tier.isTextual() && !PRICED_TIERS.contains(tier.textValue())) {
            throw new InvalidField(
                    "Invalid service_tier argument: The requested service tier is not allowed for"
                            + " this project.",
                    "service_tier",
                    null);
        }
    }

    private static boolean flag(String field, JsonNode value) throws InvalidField {
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new InvalidField(
                    "Invalid type for '" + field + "': expected a boolean.", field, "invalid_type");
        }
        return value.booleanValue();
    }

    private static OptionalLong bound(ObjectNode json) throws InvalidField {
        OptionalLong bound = number(json, BOUND, 0, Integer.MAX_VALUE);
        OptionalLong old = number(json, OLD_BOUND, 0, Integer.MAX_VALUE);
        if (bound.isPresent() && old.isPresent()) {
            return OptionalLong.of(Math.min(bound.getAsLong(), old.getAsLong()));
        }
        return bound.isPresent() ? bound : old;
    }

    private static OptionalLong number(ObjectNode json, String field, long min, long max)
            throws InvalidField {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw new InvalidField(
                    "Invalid '%s': expected a whole number from %d to %d."
                            .formatted(field, min, max),
                    field,
                    "invalid_value");
        }
        return OptionalLong.of(value.longValue());
    }

    private static @Nullable String endUser(ObjectNode json) {
        for (String field : new String[] {"safety_identifier", "user"}) {
            if (json.path(field).isTextual() && !json.path(field).textValue().isEmpty()) {
                String name = json.path(field).textValue();
                return name.substring(0, Math.min(name.length(), END_USER_CHARS_MAX));
            }
        }
        return null;
    }

    /** What it asks for, with a bound on its input. */
    Ask ask(long inputTokensMax) {
        return new Ask(model, inputTokensMax, outputBound, choices);
    }

    /**
     * The body for the upstream: everything as it came, but the model's name there, the bound on
     * output that money is set aside for, and for a stream the demand for its usage.
     *
     * @param boundField the only field that the upstream knows for the bound; null: the client's
     */
    Buffer forUpstream(String upstreamModel, long outputTokensMax, @Nullable String boundField) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.put("model", upstreamModel);
        if (boundField != null) {
            forwarded.remove(BOUND);
            forwarded.remove(OLD_BOUND);
            forwarded.put(boundField, outputTokensMax);
        } else if (json.hasNonNull(OLD_BOUND)) {
            forwarded.put(OLD_BOUND, outputTokensMax);
            if (json.hasNonNull(BOUND)) {
                forwarded.put(BOUND, outputTokensMax);
            }
        } else {
            forwarded.put(BOUND, outputTokensMax);
        }
        if (streamed) {
            ObjectNode options =
                    json.path("stream_options") instanceof ObjectNode given
                            ? given.deepCopy()
                            : Json.object();
            forwarded.set("stream_options", options.put("include_usage", true));
        }
        return Json.write(forwarded);
    }

    /** A field that is not as it must be; becomes an {@link Parsed.Invalid}. */
    private static final class InvalidField extends Exception {
        private static final long serialVersionUID = 1;
        private final @Nullable String field;
        private final @Nullable String code;

        InvalidField(String message, @Nullable String field, @Nullable String code) {
            super(message, null, false, false);
            this.field = field;
            this.code = code;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
