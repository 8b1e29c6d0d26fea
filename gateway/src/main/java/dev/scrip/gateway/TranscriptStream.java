package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events of a transcription: texts, and {@code transcript.text.done} with the usage. */
final class TranscriptStream implements AnswerStream {

    private static final String EVENTS = "transcript.text.";

    private final UsageDialect dialect;
    private final Sound sound;
    private final StringBuilder written = new StringBuilder();
    private Optional<Usage> usage = Optional.empty();
    private @Nullable Buffer last;

    TranscriptStream(UsageDialect dialect, Sound sound) {
        this.dialect = dialect;
        this.sound = sound;
    }

    @Override
    public Handling event(Buffer data) {
        ObjectNode event = Json.readObject(data);
        if (event == null || !event.path("type").asText().startsWith(EVENTS)) {
            return Handling.BROKEN;
        }
        if (event.path("type").textValue().equals(EVENTS + "done")) {
            Optional<Usage> told = dialect.read(event);
            if (told.isPresent() || sound.sure()) {
                usage = Optional.of(TranscriptionRequest.used(told, sound.secondsLikely()));
            }
            last = data;
            return Handling.END;
        }
        // Segments repeat what was written before, where that comes in pieces.
        boolean delta = event.path("delta").isTextual();
        if (delta || written.isEmpty()) {
            written.append(event.path(delta ? "delta" : "text").asText());
        }
        return Handling.RELAY;
    }

    @Override
    public boolean complete() {
        return last != null;
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
        return SseReader.event(AnswerStream.atItsEnd(last));
    }

    @Override
    public Buffer broken(String code, String message) {
        return SseReader.event(SseReader.error(code, message));
    }
}
