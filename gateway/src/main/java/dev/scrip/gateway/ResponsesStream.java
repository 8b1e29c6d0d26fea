package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Events of a response: the last one, {@code response.completed} or {@code response.incomplete},
 * has the usage.
 */
final class ResponsesStream extends LastEventStream {

    private static final String FAILED = "response.failed";

    private final UsageDialect dialect;
    private final boolean costWanted;
    private final StringBuilder written = new StringBuilder();

    /** None is read after the one that ends the stream, well or not. */
    private ObjectNode newest = Json.object();

    private final ResponseSoFar soFar = new ResponseSoFar();
    private long sequenceNumber = -1;

    ResponsesStream(UsageDialect dialect, boolean costWanted) {
        this.dialect = dialect;
        this.costWanted = costWanted;
    }

    /**
     * Reads a response in one piece. One that failed and does not say what it used is no answer,
     * and costs nothing.
     */
    static Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        ObjectNode answer = Json.readObject(body);
        if (answer == null || !answer.path("output").isArray()) {
            return Optional.empty();
        }
        Optional<Usage> usage = dialect.read(answer);
        boolean failed =
                answer.hasNonNull("error") || answer.path("status").asText().equals("failed");
        if (failed && usage.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder written = new StringBuilder();
        if (usage.isEmpty()) {
            Written.collect(answer.path("output"), written);
        }
        Buffer told = failed ? Json.write(withoutSecrets(answer)) : body;
        return Optional.of(new WholeAnswer(told, answer, usage, written.toString()));
    }

    @Override
    public Handling event(Buffer data) {
        ObjectNode event = Json.readObject(data);
        if (event == null) {
            // Some servers end as chat completions do.
            return data.toString().equals("[DONE]") ? Handling.END : Handling.BROKEN;
        }
        String type = event.path("type").asText();
        sequenceNumber = event.path("sequence_number").asLong(sequenceNumber + 1);
        dialect.read(event.path("response")).ifPresent(this::used);
        newest = event;
        return switch (type) {
            case "response.completed", "response.incomplete" -> endsWith(data);
            case FAILED, "error", "" -> Handling.BROKEN;
            default -> {
                write(type, event);
                soFar.read(type, event);
                yield Handling.RELAY;
            }
        };
    }

    private void write(String type, JsonNode event) {
        if (type.endsWith(".delta") && !type.equals("response.audio.delta")) {
            written.append(event.path("delta").asText());
        } else if (type.equals("response.output_item.added")) {
            written.append(event.path("item").path("name").asText());
        } else if (type.equals("response.output_item.done") && written.isEmpty()) {
            Written.collect(event.path("item"), written); // a server that tells no deltas
        }
    }

    @Override
    public CharSequence written() {
        return written;
    }

    @Override
    public Buffer ending(Receipt receipt) {
        Buffer data = last();
        String type = newest.path("type").asText();
        if (costWanted && newest.path("response") instanceof ObjectNode response) {
            if (!response.path("usage").isObject()) {
                response.set("usage", ToldUsage.responses(receipt.usage()));
            }
            receipt.addTo(response, (ObjectNode) response.path("usage"));
            data = Json.write(newest);
        }
        return SseReader.event(type, data);
    }

    @Override
    public long unseenTokens() {
        return soFar.unseenTokens();
    }

    @Override
    public Buffer limited(Receipt receipt, String because) {
        ObjectNode response = soFar.incomplete();
        response.set("usage", ToldUsage.responses(receipt.usage()));
        receipt.addTo(response, (ObjectNode) response.path("usage"));
        ((ObjectNode) response.path("x_scrip")).put("ended_because", because);
        ObjectNode event =
                Json.object()
                        .put("type", "response.incomplete")
                        .put("sequence_number", sequenceNumber);
        event.set("response", response);
        return SseReader.event("response.incomplete", Json.write(event));
    }

    @Override
    public Buffer broken(String code, String message) {
        boolean failed = newest.path("type").asText().equals(FAILED);
        if (failed && newest.path("response") instanceof ObjectNode response) {
            withoutSecrets(response);
            return SseReader.event(FAILED, Json.write(newest));
        }
        ObjectNode error =
                Json.object()
                        .put("type", "error")
                        .put("code", code)
                        .put("message", message)
                        .putNull("param")
                        .put("sequence_number", sequenceNumber + 1);
        return SseReader.event("error", Json.write(error));
    }

    /** What failed there is said by its code only: a message could tell what is the operator's. */
    private static ObjectNode withoutSecrets(ObjectNode response) {
        String code = response.path("error").path("code").asText();
        response.putObject("error")
                .put("code", code.matches("[a-z_]{1,64}") ? code : Answers.OURS)
                .put("message", "The upstream failed; the answer is incomplete.");
        return response;
    }
}
