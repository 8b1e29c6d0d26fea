package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Ask;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for a response.
 *
 * @param json all of it, as it came; never changed
 * @param costWanted the client asked for what it costs
 * @param outputBound the client's own bound, reasoning included
 */
record ResponsesRequest(
        ResponsesEndpoint endpoint,
        ObjectNode json,
        Input input,
        String model,
        boolean streamed,
        boolean costWanted,
        OptionalLong outputBound,
        String serviceTier,
        @Nullable String endUser)
        implements ModelRequest {

    static final String BOUND = "max_output_tokens";

    @Override
    public Ask ask(long inputTokensMax) {
        return new Ask(model, inputTokensMax, outputBound, 1, input.extras(false), serviceTier);
    }

    /** The upstream stores nothing: what it stored, nobody here could fetch or delete. */
    @Override
    public Buffer forUpstream(Spelling spelling, long outputTokensMax) {
        ObjectNode forwarded = Json.object();
        forwarded.setAll(json);
        forwarded.remove("usage");
        forwarded.put("model", spelling.model()).put(BOUND, outputTokensMax).put("store", false);
        return Json.write(forwarded);
    }

    @Override
    public Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        return ResponsesStream.whole(body, dialect);
    }

    @Override
    public boolean showsAll() {
        return true;
    }

    @Override
    public AnswerStream stream(UsageDialect dialect) {
        return new ResponsesStream(dialect, costWanted);
    }

    @Override
    public DemonstrationAnswer demonstrate(long outputTokensMax) {
        return new ResponsesDemonstration(this, outputTokensMax);
    }
}
