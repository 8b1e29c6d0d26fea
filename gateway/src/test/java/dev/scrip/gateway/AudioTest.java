package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.metering.UsageRecord;
import dev.scrip.testing.MediaWire;
import dev.scrip.testing.MediaWire.FormBody;
import dev.scrip.testing.UpstreamScript;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound, to the end, at the prices that are shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AudioTest {

    private static final String SPEECH = "/audio/speech";
    private static final String TRANSCRIPTIONS = "/audio/transcriptions";

    @AutoClose private final World world = new World();
    private final MediaCalls calls = new MediaCalls(world);

    // ---- speech ----

    private static String speech(String model, String more) {
        return "{\"model\":\"%s\",\"voice\":\"alloy\",\"input\":\"Good morning, 日本!\"%s}"
                .formatted(model, more);
    }

    private static byte[] together(List<Buffer> pieces) {
        Buffer whole = Buffer.buffer();
        pieces.forEach(whole::appendBuffer);
        return whole.getBytes();
    }

    @Test
    void speechByCharacters() {
        World.Customer customer = world.customer("5");
        List<Buffer> sound = MediaWire.sound(40, 8_000);
        world.upstream.behave(UpstreamScript.bytes("audio/mpeg", sound));
        HttpResponse<byte[]> answer = calls.bytes(customer, SPEECH, speech("tts-1", ""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("audio/mpeg");
        assertThat(answer.body()).isEqualTo(together(sound));
        UsageRecord record = calls.charged(customer, "0.000255", false);
        assertThat(record.units().characters()).isEqualTo(17);
        assertThat(record.endpoint()).isEqualTo("audio.speech");
    }

    /** 320,000 bytes of MP3 are 20 seconds, and these 417 tokens. */
    @Test
    void speechByTokensThatNobodyTells() {
        World.Customer customer = world.customer("5");
        List<Buffer> sound = MediaWire.sound(40, 8_000);
        world.upstream.behave(UpstreamScript.bytes("application/octet-stream", sound));
        HttpResponse<byte[]> answer = calls.bytes(customer, SPEECH, speech("gpt-4o-mini-tts", ""));

        assertThat(answer.body()).isEqualTo(together(sound));
        UsageRecord record = world.record(customer);
        assertThat(record.outputTokens()).isEqualTo(417);
        assertThat(record.units().audioOutputTokens()).isEqualTo(417);
        assertThat(record.inputTokens()).isBetween(4L, 8L);
        assertThat(record.estimated()).isTrue();
    }

    @Test
    void speechInEvents() {
        World.Customer customer = world.customer("5");
        JsonObject usage =
                new JsonObject()
                        .put("input_tokens", 14)
                        .put("output_tokens", 101)
                        .put("total_tokens", 115);
        String[] events = MediaWire.speechStream(3, usage);
        world.upstream.behave(UpstreamScript.stream(events).inPiecesOf(700));
        HttpResponse<String> answer =
                world.post(
                        customer, SPEECH, speech("gpt-4o-mini-tts", ",\"stream_format\":\"sse\""));

        assertThat(answer.body()).isEqualTo(String.join("", events));
        assertThat(calls.charged(customer, "0.0012204", false).streamed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html"})
    void whoSpeaksInTextGaveNoAnswer(String type) {
        World.Customer customer = world.customer("5");
        world.upstream.behave(UpstreamScript.answer(200, type, "{}"));
        assertThat(calls.bytes(customer, SPEECH, speech("tts-1", "")).statusCode()).isEqualTo(502);
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
    }

    // ---- transcriptions ----

    private static FormBody sound(String model, byte[] file, String... fields) {
        FormBody form = new FormBody().file("file", "a.bin", "audio/x", file).field("model", model);
        for (int index = 0; index < fields.length; index += 2) {
            form.field(fields[index], fields[index + 1]);
        }
        return form;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # the answer                                               | dollars
                    {"text":"Hi","usage":{"type":"duration","seconds":8.47}}   | 0.0009
                    {"text":"Hi","duration":8.470000267028809,"language":"en"} | 0.0009
                    {"text":"Hi","usage":{"type":"duration","seconds":11}}     | 0.0011
                    {"text":"Hi"}                                              | 0.0012
                    """)
    void soundByTheSecond(String told, String dollars) {
        World.Customer customer = world.customer("5");
        world.upstream.behave(UpstreamScript.json(200, told));
        HttpResponse<String> answer =
                calls.form(customer, TRANSCRIPTIONS, sound("whisper-1", MediaWire.wav(12)));

        assertThat(answer.body()).isEqualTo(told);
        assertThat(answer.headers().firstValue("x-scrip-cost")).contains(dollars);
        assertThat(calls.arrival().path()).isEqualTo("/v1" + TRANSCRIPTIONS);
        assertThat(calls.arrival().bytes())
                .contains(new String(MediaWire.wav(12), StandardCharsets.ISO_8859_1));
        assertThat(calls.charged(customer, dollars, false).endpoint())
                .isEqualTo("audio.transcriptions");
    }

    /** 160,000 bytes that tell no length are taken for 20 seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "srt", "vtt"})
    void soundOfUnknownLength(String format) {
        World.Customer customer = world.customer("5");
        world.upstream.behave(UpstreamScript.answer(200, "text/html; charset=utf-8", "Hi\n"));
        HttpResponse<String> answer =
                calls.form(
                        customer,
                        "/audio/translations",
                        sound("whisper-1", MediaWire.noise(160_000), "response_format", format));

        assertThat(answer.body()).isEqualTo("Hi\n");
        assertThat(answer.headers().firstValue("content-type"))
                .contains("text/plain; charset=utf-8");
        assertThat(calls.charged(customer, "0.002", true).units().audioSeconds()).isEqualTo(20);
    }

    @Test
    void soundByTokens() {
        World.Customer customer = world.customer("5");
        String told = MediaWire.transcript("Hi", MediaWire.transcriptUsage(4, 14, 45));
        world.upstream.behave(UpstreamScript.json(200, told));
        calls.form(customer, TRANSCRIPTIONS, sound("gpt-4o-transcribe", MediaWire.wav(2)));

        UsageRecord record = calls.charged(customer, "0.000544", false);
        assertThat(record.units().audioInputTokens()).isEqualTo(14);
        assertThat(record.units().audioSeconds()).isEqualTo(2);
    }

    /** A server that tells seconds of a model that is sold by tokens: these are counted. */
    @Test
    void soundByTokensThatNobodyTells() {
        World.Customer customer = world.customer("5");
        String told = MediaWire.transcript("one two three", MediaWire.duration(2));
        world.upstream.behave(UpstreamScript.json(200, told));
        calls.form(customer, TRANSCRIPTIONS, sound("gpt-4o-transcribe", MediaWire.wav(2)));

        UsageRecord record = calls.charged(customer, "0.00015", true);
        assertThat(record.inputTokens()).isEqualTo(20);
        assertThat(record.outputTokens()).isEqualTo(3);
    }

    @Test
    void aTranscriptionInEvents() {
        World.Customer customer = world.customer("5");
        String[] events =
                MediaWire.transcriptStream(
                        List.of("I", " see", " 空"), MediaWire.transcriptUsage(4, 14, 45));
        world.upstream.behave(UpstreamScript.stream(events).inPiecesOf(1));
        HttpResponse<String> answer =
                calls.form(
                        customer,
                        TRANSCRIPTIONS,
                        sound("gpt-4o-transcribe", MediaWire.wav(2), "stream", "true"));

        assertThat(answer.body()).isEqualTo(String.join("", events));
        assertThat(calls.charged(customer, "0.000544", false).streamed()).isTrue();
    }

    @Test
    void theDemonstrationSpeaksAndHears() throws IOException, UnsupportedAudioFileException {
        World.Customer customer = world.customer("5");
        HttpResponse<byte[]> spoken =
                calls.bytes(customer, SPEECH, speech("scrip-demo-speech", ""));
        assertThat(spoken.headers().firstValue("content-type")).contains("audio/wav");
        try (var sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(spoken.body()))) {
            assertThat(sound.getFrameLength()).isEqualTo(17 * 1_440);
        }
        calls.charged(customer, "0.000255", false);

        for (String format : List.of("json", "verbose_json", "diarized_json", "srt", "vtt")) {
            HttpResponse<String> heard =
                    calls.form(
                            customer,
                            TRANSCRIPTIONS,
                            sound(
                                    "scrip-demo-transcribe",
                                    spoken.body(),
                                    "response_format",
                                    format));
            assertThat(heard.body()).contains("2 seconds");
            assertThat(heard.headers().firstValue("x-scrip-cost")).contains("0.0002");
        }
        HttpResponse<String> streamed =
                calls.form(
                        customer,
                        TRANSCRIPTIONS,
                        sound("scrip-demo-transcribe", spoken.body(), "stream", "true"));
        assertThat(streamed.body()).contains("transcript.text.delta").contains("text.done");
        HttpResponse<String> events =
                world.post(
                        customer,
                        SPEECH,
                        speech("scrip-demo-speech", ",\"stream_format\":\"sse\""));
        assertThat(events.body()).contains("speech.audio.delta").contains("speech.audio.done");
    }
}
