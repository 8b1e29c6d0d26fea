package dev.scrip.bench;

import io.vertx.core.buffer.Buffer;

/**
 * What is asked for.
 *
 * @param model as the gateway knows it
 * @param upstreamModel as the upstream knows it
 * @param rest of the body, after the model
 */
record Shape(String model, String upstreamModel, boolean streamed, String rest) {

    private static final String GREETING =
            "\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}";

    /** An answer in one piece. */
    static final Shape ANSWER = new Shape("gpt-4o-mini", FastUpstream.ANSWERS, false, GREETING);

    /** An answer in pieces, for a tenth of a second. */
    static final Shape STREAM =
            new Shape("gpt-4o", FastUpstream.STREAMS, true, "\"stream\":true," + GREETING);

    /** An answer in pieces, one every second. */
    static final Shape DRIP =
            new Shape("gpt-5-nano", FastUpstream.DRIPS, true, "\"stream\":true," + GREETING);

    /** The models of all, for the file of upstreams. */
    static String models() {
        return """
        {"%s":"%s","%s":"%s","%s":"%s","%s":"%s"}"""
                .formatted(
                        ANSWER.model,
                        ANSWER.upstreamModel,
                        STREAM.model,
                        STREAM.upstreamModel,
                        DRIP.model,
                        DRIP.upstreamModel,
                        PromptBench.MODEL,
                        FastUpstream.ANSWERS);
    }

    /** The body, as it is sent to a target. */
    Buffer body(Target target) {
        String named = target.isUpstream() ? upstreamModel : model;
        return Buffer.buffer("{\"model\":\"" + named + "\"," + rest);
    }
}
