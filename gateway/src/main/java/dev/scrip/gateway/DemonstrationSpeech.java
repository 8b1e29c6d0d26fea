package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The demonstration model's speech: a tone for each letter, as uncompressed sound, whatever format
 * is asked for.
 */
final class DemonstrationSpeech implements DemonstrationAnswer {

    private static final int SAMPLES_PER_SECOND = 24_000;
    private static final int SAMPLES_PER_CHARACTER = SAMPLES_PER_SECOND * 60 / 1_000;
    private static final int SAMPLES_FADED = SAMPLES_PER_CHARACTER / 8;
    private static final int BYTES_PER_SAMPLE = 2;
    private static final int HEAD_BYTES = 44;
    private static final int PIECE_BYTES = 24_000;
    private static final int LOUDNESS = 9_000;

    private final SpeechRequest request;
    private final Buffer sound;

    DemonstrationSpeech(SpeechRequest request) {
        this.request = request;
        this.sound = sound(request);
    }

    private static Buffer sound(SpeechRequest request) {
        int[] characters = request.text().codePoints().toArray();
        int bytes = characters.length * SAMPLES_PER_CHARACTER * BYTES_PER_SAMPLE;
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (request.format() != SpeechFormat.PCM) {
            head(out, bytes);
        }
        for (int character : characters) {
            tone(out, character);
        }
        return Buffer.buffer(out.position()).appendBytes(out.array(), 0, out.position());
    }

    private static void head(ByteBuffer out, int bytes) {
        word(out, "RIFF").putInt(HEAD_BYTES - 8 + bytes);
        word(out, "WAVE");
        word(out, "fmt ").putInt(16).putShort((short) 1).putShort((short) 1);
        out.putInt(SAMPLES_PER_SECOND).putInt(SAMPLES_PER_SECOND * BYTES_PER_SAMPLE);
        out.putShort((short) BYTES_PER_SAMPLE).putShort((short) (8 * BYTES_PER_SAMPLE));
        word(out, "data").putInt(bytes);
    }

    private static ByteBuffer word(ByteBuffer out, String word) {
        return out.put(word.getBytes(StandardCharsets.US_ASCII));
    }

    /** Letters and digits sound, each at its own height; all else is silence. */
    private static void tone(ByteBuffer out, int character) {
        boolean sounds = Character.isLetterOrDigit(character);
        double hertz = 220 * Math.pow(2, Character.toLowerCase(character) % 24 / 12.0); // not money
        for (int i = 0; i < SAMPLES_PER_CHARACTER; i++) {
            int edge = Math.min(Math.min(i, SAMPLES_PER_CHARACTER - 1 - i), SAMPLES_FADED);
            double loudness = sounds ? (double) LOUDNESS * edge / SAMPLES_FADED : 0; // not money
            double wave = Math.sin(2 * Math.PI * hertz * i / SAMPLES_PER_SECOND); // not money
            out.putShort((short) (loudness * wave));
        }
    }

    @Override
    public String contentType() {
        SpeechFormat made =
                request.format() == SpeechFormat.PCM ? SpeechFormat.PCM : SpeechFormat.WAV;
        return made.contentType();
    }

    @Override
    public Buffer whole() {
        return sound;
    }

    @Override
    public Buffer opening() {
        return Buffer.buffer();
    }

    @Override
    public boolean round(int round, Buffer events) {
        int from = round * PIECE_BYTES;
        int to = Math.min(sound.length(), from + PIECE_BYTES);
        String piece = Base64.getEncoder().encodeToString(sound.getBytes(from, to));
        ObjectNode event = Json.object().put("type", "speech.audio.delta").put("audio", piece);
        events.appendBuffer(SseReader.event(event));
        return to < sound.length();
    }

    @Override
    public Buffer closing() {
        long in = TokenCounter.of(request.model()).output(request.text());
        long out = request.format().tokens(sound.length());
        ObjectNode event = Json.object().put("type", "speech.audio.done");
        event.putObject("usage")
                .put("input_tokens", in)
                .put("output_tokens", out)
                .put("total_tokens", in + out);
        return SseReader.event(event);
    }
}
