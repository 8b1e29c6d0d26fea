package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.scrip.pricing.Usage;

/** {@code POST /v1/completions}. */
final class CompletionsEndpoint implements Endpoint {

    private static final int CHOICES_MAX = 128;
    private static final int BEST_OF_MAX = 20;

    /** What servers take where nothing is asked for. */
    private static final long OUTPUT_TOKENS_DEFAULT = 16;

    /** A prompt that is left out is a document's beginning. */
    private static final JsonNode NO_PROMPT = TextNode.valueOf("<|endoftext|>");

    @Override
    public String name() {
        return "completions";
    }

    @Override
    public String path() {
        return "/completions";
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
        Prompts prompts =
                Prompts.of("prompt", json.hasNonNull("prompt") ? json.path("prompt") : NO_PROMPT);
        InputReader reader = new InputReader("prompt");
        prompts.addTo(reader);
        for (int i = 0; i < prompts.count(); i++) {
            reader.value(json.path("suffix"));
        }
        long choices = fields.number("n", 1, CHOICES_MAX).orElse(1);
        long candidates = fields.number("best_of", 0, BEST_OF_MAX).orElse(1);
        return new CompletionsRequest(
                this,
                json,
                prompts,
                reader.input(),
                model,
                fields.flag("stream"),
                RequestFields.flag(
                        "stream_options", json.path("stream_options").path("include_usage")),
                fields.costWanted(),
                fields.number(CompletionsRequest.BOUND, 0, Integer.MAX_VALUE)
                        .orElse(OUTPUT_TOKENS_DEFAULT),
                (int) choices,
                (int) Math.max(choices, candidates),
                fields.flag("echo"),
                fields.endUser());
    }
}
