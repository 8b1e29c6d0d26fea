package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events of speech: sound in base 64, and {@code speech.audio.done} with the usage. */
final class SpeechStream implements AnswerStream {

    private static final String EVENTS = "speech.audio.";

    private final UsageDialect dialect;
    private final SpeechRequest request;
    private Optional<Usage> usage = Optional.empty();
    private long soundBytes;
    private String written = "";
    private @Nullable Buffer last;

    SpeechStream(UsageDialect dialect, SpeechRequest request) {
        this.dialect = dialect;
        this.request = request;
    }

    @Override
    public Handling event(Buffer data) {
        ObjectNode event = Json.readObject(data);
        if (event == null || !event.path("type").asText().startsWith(EVENTS)) {
            return Handling.BROKEN;
        }
        if (event.path("type").textValue().equals(EVENTS + "done")) {
            usage = Optional.of(dialect.read(event).map(request::spoken).orElse(request.spoken()));
            last = data;
            return Handling.END;
        }
        soundBytes += event.path("audio").asText().length() / 4L * 3;
        written = request.written(soundBytes);
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
