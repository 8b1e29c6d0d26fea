package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The demonstration model's completions. All candidates are counted, the first are shown. */
final class CompletionsDemonstration implements DemonstrationAnswer {

    private record Shown(String echoed, DemonstrationModel.Choice choice) {}

    private final CompletionsRequest request;
    private final List<Shown> shown = new ArrayList<>();
    private final Usage usage;
    private final String id = "cmpl-" + UUID.randomUUID().toString().replace("-", "");
    private final long created = Clock.systemUTC().instant().getEpochSecond();

    CompletionsDemonstration(CompletionsRequest request, long outputTokensMax) {
        this.request = request;
        TokenCounter counter = TokenCounter.of(request.model());
        long written = 0;
        for (String prompt : request.prompts().texts(counter.encoding())) {
            List<DemonstrationModel.Choice> candidates =
                    DemonstrationModel.compose(
                            request.model(),
                            prompt,
                            DemonstrationModel.stops(request.json()),
                            request.candidates(),
                            outputTokensMax);
            written += candidates.stream().mapToLong(DemonstrationModel.Choice::tokens).sum();
            candidates.stream()
                    .limit(request.choices())
                    .forEach(one -> shown.add(new Shown(request.echo() ? prompt : "", one)));
        }
        this.usage = new Usage(counter.input(request.input()), 0, written, 0, false);
    }

    @Override
    public Buffer whole() {
        ObjectNode whole = frame();
        ArrayNode choices = whole.putArray("choices");
        for (int index = 0; index < shown.size(); index++) {
            Shown one = shown.get(index);
            String text = one.echoed() + one.choice().text();
            choices.add(choice(index, text, one.choice().finishReason()));
        }
        whole.set("usage", ToldUsage.chat(usage));
        return Json.write(whole);
    }

    private ObjectNode frame() {
        return Json.object()
                .put("id", id)
                .put("object", "text_completion")
                .put("created", created)
                .put("model", request.model())
                .put("system_fingerprint", "fp_scrip_demo");
    }

    private static ObjectNode choice(int index, String text, @Nullable String finishReason) {
        return Json.object()
                .put("text", text)
                .put("index", index)
                .putNull("logprobs")
                .put("finish_reason", finishReason);
    }

    private Buffer chunk(int index, String text, @Nullable String finishReason) {
        ObjectNode chunk = frame();
        chunk.putArray("choices").add(choice(index, text, finishReason));
        if (request.usageWanted()) {
            chunk.putNull("usage");
        }
        return SseReader.event(chunk);
    }

    @Override
    public Buffer opening() {
        Buffer opening = Buffer.buffer();
        for (int index = 0; request.echo() && index < shown.size(); index++) {
            opening.appendBuffer(chunk(index, shown.get(index).echoed(), null));
        }
        return opening;
    }

    @Override
    public boolean round(int round, Buffer events) {
        boolean left = false;
        for (int index = 0; index < shown.size(); index++) {
            DemonstrationModel.Choice choice = shown.get(index).choice();
            if (round < choice.pieces().size()) {
                events.appendBuffer(chunk(index, choice.pieces().get(round), null));
                left = true;
            } else if (round == choice.pieces().size()) {
                events.appendBuffer(chunk(index, "", choice.finishReason()));
                left = true;
            }
        }
        return left;
    }

    @Override
    public Buffer closing() {
        ObjectNode last = frame();
        last.putArray("choices");
        last.set("usage", ToldUsage.chat(usage));
        return SseReader.event(last).appendString("data: [DONE]\n\n");
    }
}
