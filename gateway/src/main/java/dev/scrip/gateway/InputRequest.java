package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered in one piece by something that is not written token by token:
 * embeddings, moderations.
 *
 * @param json all of it, as it came; never changed
 * @param inputs how many, each read by the model for itself
 * @param answerField the list without which an answer is none
 * @param demonstration what the built-in model answers
 */
record InputRequest(
        Endpoint endpoint,
        ObjectNode json,
        Input input,
        String model,
        int inputs,
        String answerField,
        boolean costWanted,
        @Nullable String endUser,
        Supplier<Buffer> demonstration)
        implements ModelRequest {

    @Override
    public boolean streamed() {
        return false;
    }

    @Override
    public Ask ask(long inputTokensMax) {
        return new Ask(
                model,
                inputTokensMax,
                OptionalLong.of(0),
                inputs,
                input.extras(false),
                Ask.DEFAULT_TIER);
    }

    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage");
        return Json.write(forwarded.put("model", spelling.model()));
    }

    /** Vectors can be many megabytes of numbers; they are only read where they must be written. */
    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        ObjectNode answer = costWanted ? Json.readObject(body) : Json.readBeside(body, answerField);
        if (answer == null || !answer.path(answerField).isArray()) {
            return Optional.empty();
        }
        return Optional.of(new WholeAnswer(body, answer, dialect.read(answer), ""));
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        throw new IllegalStateException("never streamed");
    }

    @Override
    public Usage count(TokenCounter counter, String written) {
        return new Usage(counter.likelyInput(input), 0, 0, 0, true);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        Buffer whole = demonstration.get();
        return DemonstrationAnswer.inOnePiece(whole);
    }
}
