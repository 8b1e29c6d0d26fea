package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.OptionalLong;

/** {@code POST /v1/chat/completions}. */
final class ChatEndpoint implements Endpoint {

    private static final int CHOICES_MAX = 128;

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
    public ObjectNode told(Usage usage) {
        return ToldUsage.chat(usage);
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        String model = fields.model();
        return new ChatRequest(
                this,
                json,
                ChatInput.of(json),
                model,
                fields.flag("stream"),
                RequestFields.flag(
                        "stream_options", json.path("stream_options").path("include_usage")),
                fields.costWanted(),
                bound(fields),
                (int) fields.number("n", 1, CHOICES_MAX).orElse(1),
                speaks(json),
                fields.serviceTier(),
                fields.endUser());
    }

    private static boolean speaks(ObjectNode json) {
        for (JsonNode modality : json.path("modalities")) {
            if (modality.asText().equals("audio")) {
                return true;
            }
        }
        return json.hasNonNull("audio");
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
