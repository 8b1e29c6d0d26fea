package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;

/** Events of speech: sound in base 64, and {@code speech.audio.done} with the usage. */
final class SpeechStream extends LastEventStream {

    private static final String EVENTS = "speech.audio.";

    private final UsageDialect dialect;
    private final SpeechRequest request;
    private long soundBytes;
    private String written = "";

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
            used(dialect.read(event).map(request::spoken).orElse(request.spoken()));
            return endsWith(data);
        }
        soundBytes += event.path("audio").asText().length() / 4L * 3;
        written = request.written(soundBytes);
        return Handling.RELAY;
    }

    @Override
    public CharSequence written() {
        return written;
    }
}
