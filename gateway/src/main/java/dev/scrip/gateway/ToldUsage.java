package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;

/** A usage as we tell it ourselves, in OpenAI's forms. */
final class ToldUsage {

    private ToldUsage() {}

    /** As embeddings tell it. */
    static ObjectNode input(Usage used) {
        return Json.object()
                .put("prompt_tokens", used.inputTokens())
                .put("total_tokens", used.inputTokens());
    }

    /** As responses tell it. */
    static ObjectNode responses(Usage used) {
        ObjectNode usage = Json.object().put("input_tokens", used.inputTokens());
        usage.putObject("input_tokens_details")
                .put("cached_tokens", used.cachedInputTokens())
                .put("cache_write_tokens", used.cacheWriteTokens());
        usage.put("output_tokens", used.outputTokens());
        usage.putObject("output_tokens_details").put("reasoning_tokens", used.reasoningTokens());
        return usage.put("total_tokens", used.inputTokens() + used.outputTokens());
    }

    /** As images tell it. */
    static ObjectNode images(Usage used) {
        long images = Math.min(used.extras().imageInputTokens(), used.inputTokens());
        ObjectNode usage =
                Json.object()
                        .put("total_tokens", used.inputTokens() + used.outputTokens())
                        .put("input_tokens", used.inputTokens())
                        .put("output_tokens", used.outputTokens());
        usage.putObject("input_tokens_details")
                .put("text_tokens", used.inputTokens() - images)
                .put("image_tokens", images);
        return usage;
    }

    /** As transcriptions and speech tell it. */
    static ObjectNode audio(Usage used) {
        if (used.inputTokens() + used.outputTokens() == 0) {
            return Json.object()
                    .put("type", "duration")
                    .put("seconds", used.extras().audioSeconds());
        }
        return Json.object()
                .put("type", "tokens")
                .put("input_tokens", used.inputTokens())
                .put("output_tokens", used.outputTokens())
                .put("total_tokens", used.inputTokens() + used.outputTokens());
    }

    /** As chat completions and completions tell it. */
    static ObjectNode chat(Usage used) {
        ObjectNode usage =
                Json.object()
                        .put("prompt_tokens", used.inputTokens())
                        .put("completion_tokens", used.outputTokens())
                        .put("total_tokens", used.inputTokens() + used.outputTokens());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", used.cachedInputTokens())
                .put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", used.reasoningTokens())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }
}
