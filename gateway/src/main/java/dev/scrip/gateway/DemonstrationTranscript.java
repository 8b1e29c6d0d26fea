package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/** The demonstration model's transcription: it cannot hear, and says so. */
final class DemonstrationTranscript implements DemonstrationAnswer {

    private final TranscriptionRequest request;
    private final String text;
    private final long seconds;
    private final List<String> words;

    DemonstrationTranscript(TranscriptionRequest request) {
        this.request = request;
        this.seconds = request.sound().secondsLikely();
        this.text =
                String.format(
                        Locale.ROOT,
                        "This is the demonstration model. It got %,d bytes of sound, %s %d seconds"
                                + " of it, and understands no speech.",
                        request.file().bytes(),
                        request.sound().sure() ? "at most" : "perhaps",
                        seconds);
        this.words = List.of(text.split("(?<= )"));
    }

    @Override
    public String contentType() {
        return request.contentType();
    }

    @Override
    public Buffer whole() {
        return switch (request.format()) {
            case "text" -> Buffer.buffer(text + "\n");
            case "srt" ->
                    Buffer.buffer(
                            "1\n"
                                    + time(0, ',')
                                    + " --> "
                                    + time(seconds, ',')
                                    + "\n"
                                    + text
                                    + "\n\n");
            case "vtt" ->
                    Buffer.buffer(
                            "WEBVTT\n\n"
                                    + time(0, '.')
                                    + " --> "
                                    + time(seconds, '.')
                                    + "\n"
                                    + text
                                    + "\n\n");
            default -> Json.write(json());
        };
    }

    private static String time(long seconds, char point) {
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d%c000",
                seconds / 3_600,
                seconds / 60 % 60,
                seconds % 60,
                point);
    }

    private ObjectNode json() {
        ObjectNode answer = Json.object();
        boolean verbose = !request.format().equals("json");
        if (verbose) {
            boolean translated = request.endpoint() == TranscriptionEndpoint.TRANSLATIONS;
            answer.put("task", translated ? "translate" : "transcribe")
                    .put("language", "english")
                    .put("duration", seconds);
        }
        answer.put("text", text);
        if (verbose) {
            ObjectNode segment = answer.putArray("segments").addObject();
            if (request.format().equals("diarized_json")) {
                segment.put("type", "transcript.text.segment").put("id", "seg_001");
                segment.put("speaker", "A");
            } else {
                segment.put("id", 0).put("seek", 0);
            }
            segment.put("start", 0).put("end", seconds).put("text", text);
        }
        answer.set("usage", usage());
        return answer;
    }

    private ObjectNode usage() {
        return Json.object().put("type", "duration").put("seconds", seconds);
    }

    @Override
    public Buffer opening() {
        return Buffer.buffer();
    }

    @Override
    public boolean round(int round, Buffer events) {
        ObjectNode event =
                Json.object().put("type", "transcript.text.delta").put("delta", words.get(round));
        events.appendBuffer(SseReader.event(event));
        return round + 1 < words.size();
    }

    @Override
    public Buffer closing() {
        ObjectNode event = Json.object().put("type", "transcript.text.done").put("text", text);
        event.set("usage", usage());
        return SseReader.event(event);
    }
}
