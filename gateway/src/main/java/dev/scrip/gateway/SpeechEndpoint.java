package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.List;

/** {@code POST /v1/audio/speech}. */
final class SpeechEndpoint implements Endpoint {

    private static final String EVENTS = "sse";

    @Override
    public String name() {
        return "audio.speech";
    }

    @Override
    public String path() {
        return "/audio/speech";
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_SPEECH;
    }

    @Override
    public ObjectNode told(Usage usage) {
        return ToldUsage.audio(usage);
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        return new SpeechRequest(
                this,
                json,
                fields.model(),
                fields.text("input"),
                json.path("instructions").asText(),
                SpeechFormat.of(fields.word("response_format", SpeechFormat.WORDS)),
                fields.word("stream_format", List.of("audio", EVENTS)).equals(EVENTS),
                fields.endUser());
    }
}
