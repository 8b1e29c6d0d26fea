package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of a chat completion, or of a completion: the usage comes in a chunk without choices, and
 * {@code [DONE]} is the end.
 */
final class ChatStream implements AnswerStream {

    private static final String DONE = "data: [DONE]\n\n";

    private final UsageDialect dialect;
    private final boolean usageWanted;
    private final StringBuilder written = new StringBuilder();
    private Optional<Usage> usage = Optional.empty();
    private @Nullable ObjectNode usageChunk;
    private @Nullable ObjectNode lastChunk;
    private boolean usageBeside;
    private boolean finished;
    private boolean done;

    /**
     * @param usageWanted the client is told the usage
     */
    ChatStream(UsageDialect dialect, boolean usageWanted) {
        this.dialect = dialect;
        this.usageWanted = usageWanted;
    }

    /** Reads a completion in one piece. */
    static Optional<WholeAnswer> whole(Buffer body, UsageDialect dialect) {
        ObjectNode answer = Json.readObject(body);
        if (answer == null || !answer.path("choices").isArray()) {
            return Optional.empty();
        }
        Optional<Usage> usage = dialect.read(answer);
        StringBuilder written = new StringBuilder();
        if (usage.isEmpty()) {
            Written.choices(answer, written);
        }
        return Optional.of(new WholeAnswer(body, answer, usage, written.toString()));
    }

    @Override
    public Handling event(Buffer data) {
        if (data.length() == 6 && data.toString().equals("[DONE]")) {
            done = true;
            return Handling.END;
        }
        ObjectNode chunk = Json.readObject(data);
        if (chunk == null || chunk.isEmpty() || chunk.hasNonNull("error")) {
            return Handling.BROKEN;
        }
        finished |= finishes(chunk);
        Optional<Usage> told = dialect.read(chunk);
        if (told.isPresent()) {
            usage = told;
        }
        if (told.isPresent() && chunk.path("choices").isEmpty()) {
            usageChunk = chunk;
            return Handling.KEEP;
        }
        usageBeside = told.isPresent();
        lastChunk = chunk;
        Written.choices(chunk, written);
        return Handling.RELAY;
    }

    /**
     * Some servers tell the usage so far with every chunk. Clients know it from the last one alone,
     * and some add up what they find.
     */
    @Override
    public Buffer relayed(Buffer raw) {
        return usageBeside && lastChunk != null ? SseReader.event(lastChunk.without("usage")) : raw;
    }

    /** A choice came to its end. */
    private static boolean finishes(JsonNode chunk) {
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.hasNonNull("finish_reason")) {
                return true;
            }
        }
        return false;
    }

    /** Some servers send no [DONE]; a finished choice or the usage of all is as good an end. */
    @Override
    public boolean complete() {
        return (done && lastChunk != null) || finished || usageChunk != null;
    }

    @Override
    public Optional<Usage> usage() {
        return usage;
    }

    @Override
    public CharSequence written() {
        return written;
    }

    @Override
    public Buffer ending(Receipt receipt) {
        Buffer last = Buffer.buffer();
        if (usageWanted) {
            // The usage as the upstream told it, or as we counted it, with what it cost.
            ObjectNode chunk = usageChunk == null ? counted(receipt.usage()) : usageChunk;
            receipt.addTo(chunk, (ObjectNode) chunk.path("usage"));
            last.appendBuffer(SseReader.event(chunk));
        }
        return last.appendString(DONE);
    }

    private ObjectNode counted(Usage used) {
        ObjectNode chunk = Json.object().put("object", "chat.completion.chunk");
        ObjectNode last = lastChunk == null ? Json.object() : lastChunk;
        for (Map.Entry<String, JsonNode> field : last.properties()) {
            switch (field.getKey()) {
                case "id", "object", "created", "model" ->
                        chunk.set(field.getKey(), field.getValue());
                default -> {}
            }
        }
        chunk.putArray("choices");
        chunk.set("usage", ToldUsage.chat(used));
        return chunk;
    }

    @Override
    public Buffer broken(String code, String message) {
        Buffer error = Answer.envelope(Answers.OURS, code, null, message, Map.of());
        return Buffer.buffer("data: ").appendBuffer(error).appendString("\n\n");
    }
}
