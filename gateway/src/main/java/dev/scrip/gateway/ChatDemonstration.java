package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The demonstration model's chat completions. */
final class ChatDemonstration implements DemonstrationAnswer {

    private final ChatRequest request;
    private final List<DemonstrationModel.Choice> choices;
    private final Usage usage;
    private final String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    private final long created = Clock.systemUTC().instant().getEpochSecond();

    ChatDemonstration(ChatRequest request, long outputTokensMax) {
        this.request = request;
        this.choices =
                DemonstrationModel.compose(
                        request.model(),
                        DemonstrationModel.question(request.json().path("messages")),
                        DemonstrationModel.stops(request.json()),
                        request.choices(),
                        outputTokensMax);
        this.usage =
                new Usage(
                        TokenCounter.of(request.model()).input(request.input()),
                        0,
                        choices.stream().mapToLong(DemonstrationModel.Choice::tokens).sum(),
                        0,
                        false);
    }

    List<DemonstrationModel.Choice> choices() {
        return choices;
    }

    Usage usage() {
        return usage;
    }

    @Override
    public Buffer whole() {
        ObjectNode whole = frame("chat.completion");
        ArrayNode told = whole.putArray("choices");
        for (int index = 0; index < choices.size(); index++) {
            DemonstrationModel.Choice choice = choices.get(index);
            ObjectNode one = told.addObject().put("index", index);
            one.putObject("message")
                    .put("role", "assistant")
                    .put("content", choice.text())
                    .putNull("refusal")
                    .putArray("annotations");
            one.putNull("logprobs").put("finish_reason", choice.finishReason());
        }
        whole.set("usage", ToldUsage.chat(usage));
        return Json.write(whole);
    }

    private ObjectNode frame(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", request.model())
                .put("service_tier", request.ask(0).serviceTier())
                .put("system_fingerprint", "fp_scrip_demo");
    }

    @Override
    public Buffer opening() {
        Buffer opening = Buffer.buffer();
        for (int index = 0; index < choices.size(); index++) {
            ObjectNode delta =
                    Json.object().put("role", "assistant").put("content", "").putNull("refusal");
            opening.appendBuffer(SseReader.event(chunk(index, delta, null)));
        }
        return opening;
    }

    @Override
    public boolean round(int round, Buffer events) {
        boolean left = false;
        for (int index = 0; index < choices.size(); index++) {
            DemonstrationModel.Choice choice = choices.get(index);
            if (round < choice.pieces().size()) {
                ObjectNode delta = Json.object().put("content", choice.pieces().get(round));
                events.appendBuffer(SseReader.event(chunk(index, delta, null)));
                left = true;
            } else if (round == choice.pieces().size()) {
                events.appendBuffer(
                        SseReader.event(chunk(index, Json.object(), choice.finishReason())));
                left = true;
            }
        }
        return left;
    }

    @Override
    public Buffer closing() {
        ObjectNode last = frame("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", ToldUsage.chat(usage));
        return SseReader.event(last).appendString("data: [DONE]\n\n");
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
}
