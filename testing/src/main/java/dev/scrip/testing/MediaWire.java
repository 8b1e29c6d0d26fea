package dev.scrip.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** How pictures and sound look on the wire, as real model servers and clients write them. */
public final class MediaWire {

    private static final String BOUNDARY = "----boundary7MA4YWxkTrZu0gW";
    private static final int WAV_BYTES_PER_SECOND = 32_000;

    private MediaWire() {}

    // ---- requests ----

    /** A form as clients send it, for {@link #formType()}. */
    public static final class FormBody {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        public FormBody field(String name, String value) {
            return part("name=\"" + name + "\"", "", value.getBytes(StandardCharsets.UTF_8));
        }

        public FormBody file(String name, String filename, String contentType, byte[] content) {
            return part(
                    "name=\"" + name + "\"; filename=\"" + filename + "\"",
                    "Content-Type: " + contentType + "\r\n",
                    content);
        }

        private FormBody part(String disposition, String headers, byte[] content) {
            text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n");
            text(headers + "\r\n");
            body.writeBytes(content);
            text("\r\n");
            return this;
        }

        private void text(String text) {
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Without its end. */
        public byte[] begun() {
            return body.toByteArray();
        }

        public byte[] whole() {
            text("--" + BOUNDARY + "--\r\n");
            return body.toByteArray();
        }
    }

    /** The media type of a form. */
    public static String formType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    /** Uncompressed sound of so many seconds: 16 kHz, 16 bits, one channel. */
    public static byte[] wav(int seconds) {
        int bytes = seconds * WAV_BYTES_PER_SECOND - 44;
        ByteBuffer wav = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        word(wav, "RIFF").putInt(36 + bytes);
        word(wav, "WAVE");
        word(wav, "fmt ").putInt(16).putShort((short) 1).putShort((short) 1).putInt(16_000);
        wav.putInt(WAV_BYTES_PER_SECOND).putShort((short) 2).putShort((short) 16);
        word(wav, "data").putInt(bytes);
        wav.put(noise(bytes));
        return wav.array();
    }

    private static ByteBuffer word(ByteBuffer wav, String word) {
        return wav.put(word.getBytes(StandardCharsets.US_ASCII));
    }

    /** Bytes that no reader knows the length of, such as compressed sound. */
    public static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new SplittableRandom(7).nextBytes(noise);
        return noise;
    }

    // ---- answers ----

    /**
     * Pictures.
     *
     * @param size with the quality, what the answer says of itself; null: nothing
     * @param usage null: not told
     */
    public static String images(
            int count,
            @Nullable String size,
            @Nullable String quality,
            @Nullable JsonObject usage) {
        JsonArray data = new JsonArray();
        for (int index = 0; index < count; index++) {
            data.add(new JsonObject().put("b64_json", "iVBORw0KGgo" + index));
        }
        JsonObject answer = new JsonObject().put("created", 1_713_833_628).put("data", data);
        if (size != null) {
            answer.put("size", size).put("quality", quality);
        }
        return (usage == null ? answer : answer.put("usage", usage)).encode();
    }

    /** The usage of pictures in tokens. */
    public static JsonObject imageUsage(long text, long image, long output) {
        return new JsonObject()
                .put("total_tokens", text + image + output)
                .put("input_tokens", text + image)
                .put("output_tokens", output)
                .put(
                        "input_tokens_details",
                        new JsonObject().put("text_tokens", text).put("image_tokens", image));
    }

    /** The usage of a transcription in tokens. */
    public static JsonObject transcriptUsage(long text, long audio, long output) {
        return new JsonObject()
                .put("type", "tokens")
                .put("input_tokens", text + audio)
                .put(
                        "input_token_details",
                        new JsonObject().put("text_tokens", text).put("audio_tokens", audio))
                .put("output_tokens", output)
                .put("total_tokens", text + audio + output);
    }

    /** The usage of a transcription in seconds. */
    public static JsonObject duration(double seconds) { // not money
        return new JsonObject().put("type", "duration").put("seconds", seconds);
    }

    public static String transcript(String text, @Nullable JsonObject usage) {
        JsonObject answer = new JsonObject().put("text", text);
        return (usage == null ? answer : answer.put("usage", usage)).encode();
    }

    /** A stream of a transcription, a piece for each event. */
    public static String[] transcriptStream(List<String> texts, @Nullable JsonObject usage) {
        List<String> events = new ArrayList<>();
        for (String text : texts) {
            events.add(
                    data(new JsonObject().put("type", "transcript.text.delta").put("delta", text)));
        }
        JsonObject done =
                new JsonObject()
                        .put("type", "transcript.text.done")
                        .put("text", String.join("", texts));
        events.add(data(usage == null ? done : done.put("usage", usage)));
        return events.toArray(String[]::new);
    }

    /** A stream of a picture: parts of it, and all of it. */
    public static String[] imageStream(int parts, @Nullable JsonObject usage) {
        List<String> events = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            events.add(
                    event(
                            new JsonObject()
                                    .put("type", "image_generation.partial_image")
                                    .put("b64_json", "iVBORw0KGgo")
                                    .put("partial_image_index", part)));
        }
        JsonObject done =
                new JsonObject()
                        .put("type", "image_generation.completed")
                        .put("b64_json", "iVBORw0KGgoAAAA")
                        .put("size", "1024x1024")
                        .put("quality", "high");
        events.add(event(usage == null ? done : done.put("usage", usage)));
        return events.toArray(String[]::new);
    }

    /** A stream of speech. */
    public static String[] speechStream(int pieces, @Nullable JsonObject usage) {
        List<String> events = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            events.add(
                    data(
                            new JsonObject()
                                    .put("type", "speech.audio.delta")
                                    .put("audio", "UklGRiQAAABXQVZF".repeat(100))));
        }
        JsonObject done = new JsonObject().put("type", "speech.audio.done");
        events.add(data(usage == null ? done : done.put("usage", usage)));
        return events.toArray(String[]::new);
    }

    /** Sound in so many pieces. */
    public static List<Buffer> sound(int pieces, int bytesEach) {
        List<Buffer> sound = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            sound.add(Buffer.buffer(noise(bytesEach)));
        }
        return sound;
    }

    private static String data(JsonObject event) {
        return "data: " + event.encode() + "\n\n";
    }

    private static String event(JsonObject event) {
        return "event: " + event.getString("type") + "\n" + data(event);
    }
}
