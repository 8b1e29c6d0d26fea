package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for completions of prompts.
 *
 * @param json all of it, as it came; never changed
 * @param usageWanted the client asked for the usage at the end of the stream
 * @param outputBound on one candidate
 * @param choices how many completions of each prompt are shown
 * @param candidates how many completions of each prompt are written: {@code best_of}
 * @param echo the prompts are repeated before their completions
 */
record CompletionsRequest(
        CompletionsEndpoint endpoint,
        ObjectNode json,
        Prompts prompts,
        Input input,
        String model,
        boolean streamed,
        boolean usageWanted,
        boolean costWanted,
        long outputBound,
        int choices,
        int candidates,
        boolean echo,
        @Nullable String endUser)
        implements ModelRequest {

    static final String BOUND = "max_tokens";

    @Override
    public Ask ask(long inputTokensMax) {
        return new Ask(
                model, inputTokensMax, OptionalLong.of(outputBound), candidates * prompts.count());
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage");
        forwarded.put("model", spelling.model()).put(BOUND, outputTokensMax);
        if (streamed) {
            forwarded.set("stream_options", RequestFields.usageAsked(json, spelling));
        }
        return Json.write(forwarded);
    }

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        return ChatStream.whole(body, dialect);
    }

    /** Not what was written and not chosen, and not only what was written. */
    @Override
    public boolean showsAll() {
        return candidates == choices && !echo;
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new ChatStream(dialect, usageWanted || costWanted);
    }

    /** A prompt that is repeated was not written by the model. */
    @Override
    public Usage count(TokenCounter counter, String written) {
        Usage all = ModelRequest.super.count(counter, written);
        long output = all.outputTokens() - (echo ? all.inputTokens() * choices : 0);
        return new Usage(all.inputTokens(), 0, Math.max(0, output), 0, true);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new CompletionsDemonstration(this, outputTokensMax);
    }
}
