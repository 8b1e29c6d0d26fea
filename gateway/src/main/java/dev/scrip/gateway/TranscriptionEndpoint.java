package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import java.util.List;

/** {@code POST /v1/audio/transcriptions} and {@code POST /v1/audio/translations}. */
final class TranscriptionEndpoint implements Endpoint {

    static final TranscriptionEndpoint TRANSCRIPTIONS =
            new TranscriptionEndpoint(
                    "transcriptions",
                    List.of("json", "text", "srt", "verbose_json", "vtt", "diarized_json"));
    static final TranscriptionEndpoint TRANSLATIONS =
            new TranscriptionEndpoint(
                    "translations", List.of("json", "text", "srt", "verbose_json", "vtt"));

    /** Each known voice is a piece of sound of at most ten seconds. */
    private static final String VOICES = "known_speaker_references";

    private final String what;
    private final List<String> formats;

    private TranscriptionEndpoint(String what, List<String> formats) {
        this.what = what;
        this.formats = formats;
    }

    @Override
    public String name() {
        return "audio." + what;
    }

    @Override
    public String path() {
        return "/audio/" + what;
    }

    @Override
    public boolean takesForms() {
        return true;
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_TRANSCRIPTIONS;
    }

    @Override
    public ObjectNode told(Usage usage) {
        return ToldUsage.audio(usage);
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        Form form = fields.form();
        if (form == null) {
            throw new InvalidRequest(
                    "Send the sound as a file in multipart/form-data.",
                    "file",
                    "unsupported_media_type");
        }
        ObjectNode json = fields.json();
        String model = fields.model();
        List<Form.File> files = form.files("file");
        if (files.size() != 1 || form.files().size() != 1) {
            throw new InvalidRequest(
                    "Send one file, named 'file'.",
                    "file",
                    files.isEmpty() ? "missing_required_parameter" : "invalid_value");
        }
        String format = fields.word("response_format", formats);
        boolean streamed = fields.flag("stream");
        if (streamed && this == TRANSLATIONS) {
            throw new InvalidRequest(
                    "Translations are not streamed.", "stream", "unsupported_parameter");
        }
        Form.File file = files.getFirst();
        return new TranscriptionRequest(
                this,
                form,
                file,
                Sound.of(file.path(), file.bytes()),
                model,
                json.path("prompt").asText(),
                json.path(VOICES).size(),
                format,
                streamed,
                fields.endUser());
    }
}
