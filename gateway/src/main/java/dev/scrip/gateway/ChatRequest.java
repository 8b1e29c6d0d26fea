package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat completion.
 *
 * @param json all of it, as it came; never changed
 * @param usageWanted the client asked for the usage at the end of the stream
 * @param outputBound the client's own bound on one choice
 */
record ChatRequest(
        ChatEndpoint endpoint,
        ObjectNode json,
        Input input,
        String model,
        boolean streamed,
        boolean usageWanted,
        OptionalLong outputBound,
        int choices,
        @Nullable String endUser)
        implements ModelRequest {

    static final String BOUND = "max_completion_tokens";
    static final String OLD_BOUND = "max_tokens";

    @Override
    public Ask ask(long inputTokensMax) {
        return new Ask(model, inputTokensMax, outputBound, choices);
    }

    @Override
    public Buffer forUpstream(
            String upstreamModel, long outputTokensMax, @Nullable String outputBoundField) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.put("model", upstreamModel);
        if (outputBoundField != null) {
            forwarded.remove(BOUND);
            forwarded.remove(OLD_BOUND);
            forwarded.put(outputBoundField, outputTokensMax);
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

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        return ChatStream.whole(body, dialect);
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new ChatStream(dialect, usageWanted);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new ChatDemonstration(this, outputTokensMax);
    }
}
