package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat completion.
 *
 * @param json all of it, as it came; never changed
 * @param usageWanted the client asked for the usage at the end of the stream
 * @param costWanted the client asked for what it costs
 * @param outputBound the client's own bound on one choice
 * @param choices how many answers
 * @param speaks the answer may be sound
 */
record ChatRequest(
        ChatEndpoint endpoint,
        ObjectNode json,
        Input input,
        String model,
        boolean streamed,
        boolean usageWanted,
        boolean costWanted,
        OptionalLong outputBound,
        int choices,
        boolean speaks,
        String serviceTier,
        @Nullable String endUser)
        implements ModelRequest {

    static final String BOUND = "max_completion_tokens";
    static final String OLD_BOUND = "max_tokens";

    /** Speech has some three tokens of words in a second, and OpenAI takes 20 of sound. */
    private static final long AUDIO_TOKENS_PER_WORD_TOKEN = 6;

    @Override
    public Ask ask(long inputTokensMax) {
        return new Ask(
                model, inputTokensMax, outputBound, choices, input.extras(speaks), serviceTier);
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        String outputBoundField = spelling.outputBoundField();
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage"); // a wish to us
        forwarded.put("model", spelling.model());
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
            // Where a part of the answer is predicted, OpenAI knows only the old field.
            boolean predicted = json.hasNonNull("prediction") && !json.hasNonNull(BOUND);
            forwarded.put(predicted ? OLD_BOUND : BOUND, outputTokensMax);
        }
        if (streamed) {
            forwarded.set("stream_options", RequestFields.usageAsked(json, spelling));
        }
        return Json.write(forwarded);
    }

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        return ChatStream.whole(body, dialect);
    }

    /** Not what is spoken, of which only the words are seen, nor what a prediction got wrong. */
    @Override
    public boolean showsAll() {
        return !speaks && !json.hasNonNull("prediction");
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new ChatStream(dialect, usageWanted || costWanted);
    }

    /** Of what is spoken only the words are seen. */
    @Override
    public Usage count(TokenCounter counter, String written) {
        Usage words = ModelRequest.super.count(counter, written);
        if (!speaks) {
            return words;
        }
        long spoken = words.outputTokens() * AUDIO_TOKENS_PER_WORD_TOKEN;
        return new Usage(
                words.inputTokens(),
                0,
                0,
                words.outputTokens() + spoken,
                0,
                true,
                new Extras(0, 0, spoken, 0, 0, null, 0, 0),
                null);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new ChatDemonstration(this, outputTokensMax);
    }
}
