package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** The demonstration model's responses: one message of text. */
final class ResponsesDemonstration implements DemonstrationAnswer {

    private final ResponsesRequest request;
    private final DemonstrationModel.Choice answer;
    private final Usage usage;
    private final String unique = UUID.randomUUID().toString().replace("-", "");
    private final long created = Clock.systemUTC().instant().getEpochSecond();
    private int sequenceNumber;

    ResponsesDemonstration(ResponsesRequest request, long outputTokensMax) {
        this.request = request;
        JsonNode input = request.json().path("input");
        this.answer =
                DemonstrationModel.compose(
                                request.model(),
                                input.isTextual()
                                        ? input.textValue()
                                        : DemonstrationModel.question(input),
                                List.of(),
                                1,
                                outputTokensMax)
                        .getFirst();
        this.usage =
                new Usage(
                        TokenCounter.of(request.model()).input(request.input()),
                        0,
                        answer.tokens(),
                        0,
                        false);
    }

    private String ending() {
        return answer.finishReason().equals("stop") ? "completed" : "incomplete";
    }

    @Override
    public Buffer whole() {
        return Json.write(response(ending()));
    }

    private ObjectNode response(String status) {
        ObjectNode response =
                Json.object()
                        .put("id", "resp_" + unique)
                        .put("object", "response")
                        .put("created_at", created)
                        .put("status", status)
                        .putNull("error");
        if (status.equals("incomplete")) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            response.putNull("incomplete_details");
        }
        ObjectNode asked = request.json();
        response.set("instructions", asked.get("instructions"));
        response.set("max_output_tokens", asked.get("max_output_tokens"));
        response.put("model", request.model());
        boolean begins = status.equals("in_progress");
        if (begins) {
            response.putArray("output");
        } else {
            response.putArray("output").add(item(status));
        }
        response.put("parallel_tool_calls", true)
                .putNull("previous_response_id")
                .put("service_tier", request.ask(0).serviceTier())
                .put("store", false)
                .put("temperature", 1.0)
                .put("tool_choice", "auto")
                .put("top_p", 1.0)
                .put("truncation", "disabled");
        response.putObject("reasoning").putNull("effort").putNull("summary");
        response.putObject("text").putObject("format").put("type", "text");
        response.putArray("tools");
        response.putObject("metadata");
        response.set("usage", begins ? null : ToldUsage.responses(usage));
        return response;
    }

    private ObjectNode item(String status) {
        ObjectNode item =
                Json.object()
                        .put("id", "msg_" + unique)
                        .put("type", "message")
                        .put("status", status)
                        .put("role", "assistant");
        if (status.equals("in_progress")) {
            item.putArray("content");
        } else {
            item.putArray("content").add(part(answer.text()));
        }
        return item;
    }

    private static ObjectNode part(String text) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        return part;
    }

    private Buffer event(String type, ObjectNode more) {
        ObjectNode event = Json.object().put("type", type).put("sequence_number", sequenceNumber++);
        event.setAll(more);
        return SseReader.event(type, Json.write(event));
    }

    private static ObjectNode about(String name, JsonNode value) {
        return Json.object().set(name, value);
    }

    private ObjectNode inItem() {
        return Json.object().put("item_id", "msg_" + unique).put("output_index", 0);
    }

    private ObjectNode inPart() {
        return inItem().put("content_index", 0);
    }

    @Override
    public Buffer opening() {
        ObjectNode begun = response("in_progress");
        return event("response.created", about("response", begun))
                .appendBuffer(event("response.in_progress", about("response", begun)))
                .appendBuffer(
                        event(
                                "response.output_item.added",
                                about("item", item("in_progress")).put("output_index", 0)))
                .appendBuffer(event("response.content_part.added", inPart().set("part", part(""))));
    }

    @Override
    public boolean round(int round, Buffer events) {
        if (round >= answer.pieces().size()) {
            return false;
        }
        ObjectNode delta = inPart().put("delta", answer.pieces().get(round));
        delta.putArray("logprobs");
        events.appendBuffer(event("response.output_text.delta", delta));
        return true;
    }

    @Override
    public Buffer closing() {
        ObjectNode text = inPart().put("text", answer.text());
        text.putArray("logprobs");
        return event("response.output_text.done", text)
                .appendBuffer(
                        event(
                                "response.content_part.done",
                                inPart().set("part", part(answer.text()))))
                .appendBuffer(
                        event(
                                "response.output_item.done",
                                about("item", item(ending())).put("output_index", 0)))
                .appendBuffer(event("response." + ending(), about("response", response(ending()))));
    }
}
