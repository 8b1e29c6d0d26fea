package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of a chat completion, or of a completion: the usage comes in a chunk without choices, and
 * {@code [DONE]} is the end.
 */
final class ChatStream implements AnswerStream {

    /** Tokens around a choice, and around a call of a tool, at most. */
    private static final long UNSEEN_TOKENS = 16;

    private static final String DONE = "data: [DONE]\n\n";

    private final UsageDialect dialect;
    private final boolean usageWanted;
    private final StringBuilder written = new StringBuilder();
    private Optional<Usage> usage = Optional.empty();
    private @Nullable ObjectNode usageChunk;
    private @Nullable ObjectNode lastChunk;
    private boolean usageBeside;
    private final Set<Integer> openChoices = new TreeSet<>(Set.of(0));
    private final Set<Integer> finishing = new TreeSet<>();
    private long callsOfTools;
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
        openChoices.removeAll(finishing); // of the event before, which was relayed then
        finishing.clear();
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
        return usageBeside && lastChunk != null
                ? SseReader.event(lastChunk.<JsonNode>without("usage"))
                : raw;
    }

    /** A choice came to its end. */
    private boolean finishes(JsonNode chunk) {
        boolean finishes = false;
        for (JsonNode choice : chunk.path("choices")) {
            int index = choice.path("index").asInt();
            openChoices.add(index);
            for (JsonNode call : choice.path("delta").path("tool_calls")) {
                callsOfTools += call.hasNonNull("id") ? 1 : 0;
            }
            if (choice.hasNonNull("finish_reason")) {
                finishes = true;
                finishing.add(index);
            }
        }
        return finishes;
    }

    @Override
    public long unseenTokens() {
        return UNSEEN_TOKENS * (openChoices.size() + callsOfTools);
    }

    @Override
    public Buffer limited(Receipt receipt, String because) {
        ObjectNode end = counted(receipt.usage());
        end.remove("usage");
        ArrayNode choices = end.putArray("choices");
        for (int index : openChoices) {
            ObjectNode choice = choices.addObject().put("index", index);
            if (end.path("object").asText().equals("text_completion")) {
                choice.put("text", "");
            } else {
                choice.putObject("delta");
            }
            choice.putNull("logprobs").put("finish_reason", "length");
        }
        end.putObject("x_scrip")
                .put("request_id", receipt.requestId())
                .put("ended_because", because);
        Buffer last = SseReader.event(end);
        if (usageWanted) {
            ObjectNode chunk = counted(receipt.usage());
            receipt.addTo(chunk, (ObjectNode) chunk.path("usage"));
            ((ObjectNode) chunk.path("x_scrip")).put("ended_because", because);
            last.appendBuffer(SseReader.event(chunk));
        }
        return last.appendString(DONE);
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
}
