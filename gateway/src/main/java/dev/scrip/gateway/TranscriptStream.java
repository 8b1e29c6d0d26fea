package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Events of a transcription: texts, and {@code transcript.text.done} with the usage. */
final class TranscriptStream extends LastEventStream {

    private static final String EVENTS = "transcript.text.";

    private final UsageDialect dialect;
    private final Sound sound;
    private final StringBuilder written = new StringBuilder();

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
                used(TranscriptionRequest.used(told, sound.secondsLikely()));
            }
            return endsWith(data);
        }
        // Segments repeat what was written before, where that comes in pieces.
        boolean delta = event.path("delta").isTextual();
        if (delta || written.isEmpty()) {
            written.append(event.path(delta ? "delta" : "text").asText());
        }
        return Handling.RELAY;
    }

    @Override
    public CharSequence written() {
        return written;
    }
}
