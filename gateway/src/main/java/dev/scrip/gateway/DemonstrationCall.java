package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the demonstration model, in the very bytes in which a server would send it, so that
 * it takes the same way as every other.
 */
final class DemonstrationCall implements UpstreamCall {

    private static final long BEAT_MILLIS = 20;
    private static final int PIECES_PER_TURN = 64;

    private final Vertx vertx;
    private final Context context;
    private final ChatRequest request;
    private final UpstreamEvents events;
    private final OptionalInt tokensPerSecond;
    private final String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    private final long created = Clock.systemUTC().instant().getEpochSecond();

    private DemonstrationModel.@Nullable Composed composed;
    private long started;
    private int next;
    private boolean scheduled;
    private boolean paused;
    private boolean over;

    private DemonstrationCall(
            Vertx vertx, ChatRequest request, OptionalInt tokensPerSecond, UpstreamEvents events) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = request;
        this.tokensPerSecond = tokensPerSecond;
        this.events = events;
    }

    static DemonstrationCall start(
            Vertx vertx,
            Upstream.Demonstration upstream,
            ChatRequest request,
            long outputTokensMax,
            UpstreamEvents events) {
        DemonstrationCall call =
                new DemonstrationCall(vertx, request, upstream.tokensPerSecond(), events);
        vertx.executeBlocking(() -> DemonstrationModel.compose(request, outputTokensMax), false)
                .onComplete(
                        done -> {
                            if (call.over) {
                                return;
                            }
                            if (done.succeeded()) {
                                call.answer(done.result());
                            } else {
                                call.over = true;
                                events.failed(done.cause());
                            }
                        });
        return call;
    }

    private void answer(DemonstrationModel.Composed answer) {
        composed = answer;
        started = System.nanoTime();
        if (request.streamed()) {
            events.head(new UpstreamHead(200, "text/event-stream", null));
            tell(opening());
            turn();
        } else {
            events.head(new UpstreamHead(200, "application/json", null));
            tell(Json.write(whole(answer)));
            end();
        }
    }

    private void tell(Buffer bytes) {
        if (!over) {
            events.bytes(bytes);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            events.end();
        }
    }

    // ---- in one piece ----

    private ObjectNode whole(DemonstrationModel.Composed answer) {
        ObjectNode whole = frame("chat.completion");
        ArrayNode choices = whole.putArray("choices");
        for (int index = 0; index < answer.choices().size(); index++) {
            DemonstrationModel.Choice choice = answer.choices().get(index);
            ObjectNode one = choices.addObject().put("index", index);
            one.putObject("message")
                    .put("role", "assistant")
                    .put("content", choice.text())
                    .putNull("refusal")
                    .putArray("annotations");
            one.putNull("logprobs").put("finish_reason", choice.finishReason());
        }
        whole.set("usage", usage(answer));
        return whole;
    }

    private ObjectNode frame(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", request.model())
                .put("service_tier", "default")
                .put("system_fingerprint", "fp_scrip_demo");
    }

    private static ObjectNode usage(DemonstrationModel.Composed answer) {
        ObjectNode usage =
                Json.object()
                        .put("prompt_tokens", answer.inputTokens())
                        .put("completion_tokens", answer.outputTokens())
                        .put("total_tokens", answer.inputTokens() + answer.outputTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    // ---- in pieces: one round gives each choice its next piece ----

    private Buffer opening() {
        Buffer opening = Buffer.buffer();
        for (int index = 0; index < request.choices(); index++) {
            ObjectNode delta =
                    Json.object().put("role", "assistant").put("content", "").putNull("refusal");
            opening.appendBuffer(event(chunk(index, delta, null)));
        }
        return opening;
    }

    private void turn() {
        DemonstrationModel.Composed answer = composed;
        scheduled = false;
        if (over || paused || answer == null) {
            return;
        }
        long due = due();
        Buffer bytes = Buffer.buffer();
        boolean left = true;
        for (int rounds = 0; left && rounds < PIECES_PER_TURN && next < due; rounds++) {
            left = round(answer, bytes);
            next++;
        }
        if (bytes.length() > 0) {
            tell(bytes);
        }
        if (!left) {
            tell(closing(answer));
            end();
        } else {
            schedule();
        }
    }

    /** How many rounds should be out by now. */
    private long due() {
        if (tokensPerSecond.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long micros = (System.nanoTime() - started) / 1_000;
        return 1 + micros * tokensPerSecond.getAsInt() / 1_000_000;
    }

    /** False when every choice has come to its end. */
    private boolean round(DemonstrationModel.Composed answer, Buffer bytes) {
        boolean left = false;
        for (int index = 0; index < answer.choices().size(); index++) {
            DemonstrationModel.Choice choice = answer.choices().get(index);
            if (next < choice.pieces().size()) {
                ObjectNode delta = Json.object().put("content", choice.pieces().get(next));
                bytes.appendBuffer(event(chunk(index, delta, null)));
                left = true;
            } else if (next == choice.pieces().size()) {
                bytes.appendBuffer(event(chunk(index, Json.object(), choice.finishReason())));
                left = true;
            }
        }
        return left;
    }

    private Buffer closing(DemonstrationModel.Composed answer) {
        ObjectNode last = frame("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", usage(answer));
        return event(last).appendString("data: [DONE]\n\n");
    }

    private ObjectNode chunk(int index, ObjectNode delta, @Nullable String finishReason) {
        ObjectNode chunk = frame("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        if (request.usageWanted()) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private static Buffer event(ObjectNode json) {
        return Buffer.buffer("data: ").appendBuffer(Json.write(json)).appendString("\n\n");
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        if (tokensPerSecond.isEmpty()) {
            context.runOnContext(_ -> turn());
        } else {
            vertx.setTimer(BEAT_MILLIS, _ -> turn());
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (composed != null && !over) {
                schedule();
            }
        }
    }

    @Override
    public void cancel() {
        over = true;
    }
}
