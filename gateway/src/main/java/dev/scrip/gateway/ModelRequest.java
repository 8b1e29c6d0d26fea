package dev.scrip.gateway;

import dev.scrip.pricing.Ask;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request to a model, parsed once: what it asks for, and how its answers are to be read. */
interface ModelRequest {

    Endpoint endpoint();

    /** The model's public name. */
    String model();

    /** The answer is to come as a stream of events. */
    boolean streamed();

    /** The client asked for what it costs, in the usage of the answer. */
    boolean costWanted();

    /** A stream shows all that is written for it, so that it can be counted as it comes. */
    default boolean showsAll() {
        return false;
    }

    /** All that becomes input. */
    Input input();

    /** Whom the client names as its own user. */
    @Nullable String endUser();

    /** What it asks for, with a bound on its input. */
    Ask ask(long inputTokensMax);

    /**
     * The body for the upstream: as it came, but the model's name there, the bound on output that
     * money is set aside for, and what makes the upstream tell its usage.
     *
     * @param spelling how the upstream wants it said
     */
    Buffer forUpstream(Spelling spelling, long outputTokensMax);

    /** {@link #forUpstream}, or the form that the request came as, said in the same way. */
    default UpstreamBody bodyForUpstream(Spelling spelling, long outputTokensMax) {
        return new UpstreamBody.Text(forUpstream(spelling, outputTokensMax));
    }

    /** What an answer is that is no stream of events. */
    default String contentType() {
        return "application/json";
    }

    /** The media types that the answer may have. */
    default String accept() {
        return streamed() ? "text/event-stream" : contentType();
    }

    /**
     * Reads an answer in one piece. Takes time that grows with it, on any thread.
     *
     * @return empty if it is no answer at all
     */
    Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect);

    /** Reads an answer in pieces, from its beginning. */
    AnswerStream stream(UsageDialect dialect);

    /**
     * What the built-in model answers. Takes time that grows with the text; never on an event loop.
     */
    DemonstrationAnswer demonstrate(long outputTokensMax);

    /**
     * What it used, as we count it. Never on an event loop.
     *
     * @param written all that the model wrote and the client was sent
     */
    default Usage count(TokenCounter counter, String written) {
        return new Usage(counter.likelyInput(input()), 0, counter.output(written), 0, true);
    }
}
