package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** {@code POST /v1/chat/completions}. */
final class ChatEndpoint implements Endpoint {

    private static final int CHOICES_MAX = 128;

    /** What the price book has a price for; anything else could cost what nobody set aside. */
    private static final Set<String> PRICED_PARTS =
            Set.of("text", "image_url", "input_audio", "refusal");

    private static final List<String> UNPRICED =
            List.of("web_search_options", "audio", "prediction");

    @Override
    public String name() {
        return "chat.completions";
    }

    @Override
    public String path() {
        return "/chat/completions";
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_CHAT;
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        String model = fields.model();
        checkMessages(json.path("messages"));
        fields.refuse(UNPRICED);
        fields.refuseServiceTiers();
        return new ChatRequest(
                this,
                json,
                ChatInput.of(json),
                model,
                fields.flag("stream"),
                RequestFields.flag(
                        "stream_options", json.path("stream_options").path("include_usage")),
                bound(fields),
                (int) fields.number("n", 1, CHOICES_MAX).orElse(1),
                fields.endUser());
    }

    private static void checkMessages(JsonNode messages) throws InvalidRequest {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new InvalidRequest(
                    "'messages' must be an array with at least one message.",
                    "messages",
                    messages.isMissingNode() ? "missing_required_parameter" : "invalid_type");
        }
        for (JsonNode message : messages) {
            if (!message.isObject()) {
                throw new InvalidRequest(
                        "Each of 'messages' must be an object.", "messages", "invalid_type");
            }
            for (JsonNode part : message.path("content")) {
                String type = part.path("type").asText();
                if (!PRICED_PARTS.contains(type)) {
                    throw new InvalidRequest(
                            "Content of type '" + type + "' is not offered here.",
                            "messages",
                            "unsupported_value");
                }
            }
        }
    }

    private static OptionalLong bound(RequestFields fields) throws InvalidRequest {
        OptionalLong bound = fields.number(ChatRequest.BOUND, 0, Integer.MAX_VALUE);
        OptionalLong old = fields.number(ChatRequest.OLD_BOUND, 0, Integer.MAX_VALUE);
        if (bound.isPresent() && old.isPresent()) {
            return OptionalLong.of(Math.min(bound.getAsLong(), old.getAsLong()));
        }
        return bound.isPresent() ? bound : old;
    }
}
