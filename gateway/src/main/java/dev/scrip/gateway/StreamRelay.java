package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.charging.Settled;
import dev.scrip.pricing.Usage;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer in pieces: each event goes on as it comes and as it is; the usage and the end of the
 * stream are kept until the charge is durable.
 */
final class StreamRelay extends Relay {

    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private final SseReader reader = new SseReader(this::event);
    private final StringBuilder written = new StringBuilder();
    private Buffer out = Buffer.buffer();
    private Optional<Usage> usage = Optional.empty();
    private @Nullable ObjectNode usageChunk;
    private @Nullable ObjectNode lastChunk;
    private long bytesReceived;
    private boolean relayed;
    private boolean finished;
    private boolean done;
    private boolean broken;

    StreamRelay(
            Parts parts,
            Dispatch dispatch,
            HttpServerResponse response,
            Context context,
            Runnable whenOver) {
        super(parts, dispatch, response, context, whenOver);
    }

    @Override
    boolean begins(UpstreamHead head) {
        return head.isEventStream();
    }

    @Override
    void receive(Buffer piece) {
        bytesReceived += piece.length();
        try {
            reader.read(piece);
        } catch (SseReader.TooLong noEvent) {
            broken = true;
        }
        flush();
        if (broken || bytesReceived > parts.limits().answerBytesMax()) {
            stop(Fate.CUT);
        } else if (done) {
            finish(fate());
        }
    }

    @Override
    void received() {
        reader.end();
        flush();
        finish(fate());
    }

    /** Some servers send no [DONE]; a finished choice or the usage is as good an end. */
    private Fate fate() {
        boolean ended = (done && lastChunk != null) || finished || usage.isPresent();
        return ended && !broken ? Fate.COMPLETED : Fate.CUT;
    }

    /** One event: relayed, kept for the end, or the end. */
    private void event(Buffer raw, Buffer data) {
        if (done || broken) {
            return;
        }
        if (data.length() == 0) {
            relay(raw); // a comment that keeps connections open
        } else if (data.length() == 6 && data.toString().equals("[DONE]")) {
            done = true;
        } else {
            chunk(raw, data);
        }
    }

    private void chunk(Buffer raw, Buffer data) {
        JsonNode read;
        try {
            read = Json.read(data.getBytes());
        } catch (IOException notJson) {
            read = Json.object();
        }
        if (!(read instanceof ObjectNode chunk) || chunk.isEmpty() || chunk.hasNonNull("error")) {
            broken = true;
            return;
        }
        finished |= ChatAnswer.finished(chunk);
        Optional<Usage> told = ChatAnswer.usage(chunk);
        if (told.isPresent()) {
            usage = told; // a count that is told again is the whole count again
        }
        if (told.isPresent() && chunk.path("choices").isEmpty()) {
            usageChunk = chunk;
        } else {
            lastChunk = chunk;
            if (!isClientGone()) {
                ChatAnswer.written(chunk, written);
            }
            relay(raw);
        }
    }

    private void relay(Buffer raw) {
        if (!isClientGone()) {
            out.appendBuffer(raw);
        }
    }

    private void flush() {
        if (out.length() == 0 || isClientGone()) {
            return;
        }
        begin();
        Buffer ready = out;
        out = Buffer.buffer();
        relayed = true;
        response.write(ready);
        if (response.writeQueueFull()) {
            pauseUpstream();
            response.drainHandler(
                    _ -> {
                        sign();
                        resumeUpstream();
                    });
        }
    }

    private void begin() {
        if (!response.headWritten()) {
            putHeaders();
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    // Proxies in front would collect the events otherwise.
                    .putHeader("x-accel-buffering", "no");
        }
    }

    @Override
    Optional<Usage> usage() {
        return usage;
    }

    @Override
    CharSequence written() {
        return written;
    }

    @Override
    boolean relayed() {
        return relayed;
    }

    @Override
    boolean clientIsSlow() {
        return response.writeQueueFull();
    }

    @Override
    void complete(Fate fate, Usage used, Settled settled) {
        begin();
        if (fate != Fate.COMPLETED) {
            response.end(parts.answers().cutEvent(fate, dispatch.request().model()));
            return;
        }
        Buffer last = Buffer.buffer();
        if (dispatch.request().usageWanted()) {
            last.appendString("data: ")
                    .appendBuffer(Json.write(priced(used, settled)))
                    .appendString("\n\n");
        }
        response.end(last.appendBuffer(DONE));
    }

    /** The usage as the upstream told it, or as we counted it, with what it cost. */
    private ObjectNode priced(Usage used, Settled settled) {
        ObjectNode chunk = usageChunk == null ? counted(used) : usageChunk;
        ((ObjectNode) chunk.path("usage")).put("cost", settled.amount().toDollars());
        chunk.putObject("x_scrip")
                .put("request_id", requestId())
                .put("cost", settled.amount().exact())
                .put("balance", settled.balanceAfter().exact())
                .put("estimated", used.estimated());
        return chunk;
    }

    private ObjectNode counted(Usage used) {
        ObjectNode chunk = Json.object();
        ObjectNode last = lastChunk == null ? Json.object() : lastChunk;
        chunk.set("id", last.path("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", last.path("created"));
        chunk.set("model", last.path("model"));
        chunk.putArray("choices");
        ObjectNode told = chunk.putObject("usage");
        told.put("prompt_tokens", used.inputTokens());
        told.put("completion_tokens", used.outputTokens());
        told.put("total_tokens", used.inputTokens() + used.outputTokens());
        told.putObject("prompt_tokens_details").put("cached_tokens", used.cachedInputTokens());
        told.putObject("completion_tokens_details").put("reasoning_tokens", used.reasoningTokens());
        return chunk;
    }
}
