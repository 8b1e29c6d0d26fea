package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.FakeUpstream;
import dev.scrip.testing.MediaWire;
import dev.scrip.testing.MediaWire.FormBody;
import dev.scrip.testing.UpstreamScript;
import dev.scrip.testing.UpstreamScript.End;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The settlement matrix for pictures and sound, and for uploads that never become a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaEndingsTest {

    private static final String SPEECH = "/audio/speech";
    private static final String TRANSCRIPTIONS = "/audio/transcriptions";

    @AutoClose private final World world = new World();
    private final MediaCalls calls = new MediaCalls(world);

    private static String speech(String model) {
        return "{\"model\":\"%s\",\"voice\":\"alloy\",\"input\":\"Good morning.\"}"
                .formatted(model);
    }

    private static FormBody sound(String model, int seconds) {
        return new FormBody()
                .file("file", "a.wav", "audio/wav", MediaWire.wav(seconds))
                .field("model", model);
    }

    private void costsNothing(World.Customer customer) {
        World.await(() -> calls.uploaded().isEmpty());
        world.nothingHeld(customer);
        assertThat(world.records(customer)).isEmpty();
        assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("1"));
    }

    private UsageRecord costs(World.Customer customer, String ending, boolean estimated) {
        UsageRecord record = calls.settled(customer, "1", ending, estimated);
        assertThat(record.amount().isPositive()).isTrue();
        return record;
    }

    // ---- uploads ----

    /** A connection on which a part of a form was sent, and what it says of its length. */
    private Socket begin(World.Customer customer, byte[] form, long length) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), world.port());
        String head =
                """
                POST /v1/audio/transcriptions HTTP/1.1\r
                Host: scrip\r
                Authorization: Bearer %s\r
                Content-Type: %s\r
                Content-Length: %d\r
                \r
                """
                        .formatted(customer.secret(), MediaWire.formType(), length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(form);
        socket.getOutputStream().flush();
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theClientLeavesInTheMiddleOfItsUpload() throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.clear();
        byte[] form = sound("whisper-1", 30).begun();
        try (Socket _ = begin(customer, Arrays.copyOf(form, 300_000), form.length)) {
            World.await(() -> !calls.uploaded().isEmpty());
        }
        costsNothing(customer);
        assertThat(world.upstream.count()).isZero();
    }

    @Test
    void anUploadThatDoesNotEnd() throws IOException {
        World.Customer customer = world.customer("1");
        byte[] form = sound("whisper-1", 3).begun();
        try (Socket socket = begin(customer, Arrays.copyOf(form, 50_000), form.length)) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 408 ").contains("request_timeout");
        }
        costsNothing(customer);
    }

    @Test
    void anUploadThatIsTooLarge() throws IOException {
        World.Customer customer = world.customer("1");
        try (Socket socket = begin(customer, new byte[0], 5 << 20)) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 413 ").contains("4 MiB");
        }
        costsNothing(customer);
    }

    /**
     * What is refused while the file before it is still being closed leaves nothing behind: no
     * file, no request that runs, and no room that is taken.
     */
    @Test
    void anUploadThatIsRefusedWhileItsFilesAreClosed() {
        World.Customer customer = world.customer("1");
        FormBody many = new FormBody().field("model", "whisper-1");
        for (int file = 0; file < 18; file++) {
            many.file("file", "a.wav", "audio/wav", MediaWire.wav(1));
        }
        for (int round = 0; round < 20; round++) {
            assertThat(calls.form(customer, TRANSCRIPTIONS, many).statusCode()).isEqualTo(400);
        }
        costsNothing(customer);
        World.await(() -> world.running() == 0);
    }

    /** A part without an end is no part, and names cannot break out of where they stand. */
    @Test
    void anUploadThatIsNoForm() throws IOException {
        World.Customer customer = world.customer("1");
        FormBody many = new FormBody().field("model", "whisper-1");
        for (int file = 0; file < 18; file++) {
            many.file("file", "a.wav", "audio/wav", MediaWire.wav(1));
        }
        FormBody smuggled = sound("whisper-1", 1).field("a b", "c");
        for (FormBody form :
                List.of(
                        many,
                        smuggled,
                        new FormBody().field("model", "whisper-1"),
                        sound("whisper-1", 1).field("response_format", "mp3"),
                        sound("whisper-1", 1).file("more", "b", "audio/wav", new byte[9]))) {
            assertThat(calls.form(customer, TRANSCRIPTIONS, form).statusCode()).isEqualTo(400);
        }
        assertThat(calls.form(customer, "/chat/completions", new FormBody()).statusCode())
                .isEqualTo(400);
        assertThat(world.post(customer, TRANSCRIPTIONS, "{\"model\":\"whisper-1\"}").body())
                .contains("multipart/form-data");
        costsNothing(customer);
    }

    @Test
    void whatIsSmuggledInANameOfAFileGoesNowhere() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(200, MediaWire.transcript("Hi", null)));
        byte[] wav = MediaWire.wav(1);
        calls.form(
                customer,
                TRANSCRIPTIONS,
                new FormBody()
                        .file("file", "../../etc/a; name=x.wav", "audio/wav\tx", wav)
                        .field("model", "whisper-1"));
        assertThat(calls.arrival().bytes())
                .doesNotContain("/etc")
                .contains("filename=\"..-..-etc-a  name x.wav\"");
        costs(customer, "completed", false);
    }

    @ParameterizedTest
    @CsvSource({"413, 413", "400, 400", "500, 502", "401, 502"})
    void anUpstreamThatRefusesAnUpload(int theirs, int ours) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.json(theirs, "{\"error\":{\"message\":\"no\"}}"));
        assertThat(calls.form(customer, TRANSCRIPTIONS, sound("whisper-1", 90)).statusCode())
                .isEqualTo(ours);
        world.upstream.behave(UpstreamScript.closes());
        assertThat(calls.form(customer, TRANSCRIPTIONS, sound("whisper-1", 90)).statusCode())
                .isEqualTo(502);
        costsNothing(customer);
    }

    // ---- sound that is answered ----

    @ParameterizedTest
    @CsvSource({"tts-1, false", "gpt-4o-mini-tts, true"})
    void theClientLeavesInTheMiddleOfSound(String model, boolean estimated) throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.bytes("audio/mpeg", MediaWire.sound(400, 8_000))
                        .paced(Duration.ofMillis(20)));
        try (InputStream body = world.open(customer, SPEECH, speech(model)).body()) {
            assertThat(body.readNBytes(20_000)).hasSize(20_000);
        }
        UsageRecord record = costs(customer, "client_gone", estimated);
        assertThat(record.units().characters()).isEqualTo(13);
        if (estimated) {
            assertThat(record.outputTokens()).isBetween(20L, 1_000L);
        }
    }

    @ParameterizedTest
    @CsvSource({"tts-1, false", "gpt-4o-mini-tts, true"})
    void theUpstreamBreaksOffInTheMiddleOfSound(String model, boolean estimated) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(
                UpstreamScript.bytes("audio/mpeg", MediaWire.sound(10, 8_000)).ending(End.CUT));
        assertThatThrownBy(() -> calls.bytes(customer, SPEECH, speech(model)))
                .isInstanceOf(CompletionException.class);
        UsageRecord record = costs(customer, "upstream_cut", estimated);
        assertThat(record.units().characters()).isEqualTo(13);
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT", "STALL", "COMPLETE"})
    void theUpstreamBreaksOffBeforeAnySound(End end) {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.bytes("audio/mpeg", List.of()).ending(end));
        assertThat(calls.bytes(customer, SPEECH, speech(World.HURRIED)).statusCode())
                .isIn(502, 504);
        costsNothing(customer);
    }

    /** Whoever has all of the sound has paid for it. */
    @Test
    void theLastBytesComeAfterTheCharge() throws IOException {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.bytes("audio/mpeg", MediaWire.sound(3, 100)));
        try (InputStream body = world.open(customer, SPEECH, speech("tts-1")).body()) {
            assertThat(body.readNBytes(300)).hasSize(300);
            assertThat(world.credit(customer)).isEqualTo(Money.ofDollars("0.999805"));
        }
        costs(customer, "completed", false);
    }

    // ---- answers in events ----

    private FormBody streamed() {
        return sound("gpt-4o-transcribe", 4).field("stream", "true");
    }

    private UpstreamScript begun(String[] events) {
        return UpstreamScript.stream(Arrays.copyOf(events, 2));
    }

    @Test
    void aTranscriptionThatBreaksOff() {
        String[] events = MediaWire.transcriptStream(List.of("one two", " three", " four"), null);
        for (End end : List.of(End.CUT, End.COMPLETE)) {
            World.Customer customer = world.customer("1");
            world.upstream.behave(begun(events).ending(end));
            HttpResponse<String> answer = calls.form(customer, TRANSCRIPTIONS, streamed());

            assertThat(answer.body()).contains("upstream_cut").doesNotContain("text.done");
            UsageRecord record = costs(customer, "upstream_cut", true);
            assertThat(record.outputTokens()).isEqualTo(3);
            assertThat(record.inputTokens()).isEqualTo(40);
        }
    }

    @Test
    void aTranscriptionWithoutUsage() {
        World.Customer customer = world.customer("1");
        String[] events = MediaWire.transcriptStream(List.of("one two", " three"), null);
        world.upstream.behave(UpstreamScript.stream(events));
        assertThat(calls.form(customer, TRANSCRIPTIONS, streamed()).body()).contains("text.done");
        assertThat(costs(customer, "completed", true).outputTokens()).isEqualTo(3);
    }

    @Test
    void aTranscriptionThatIsNone() {
        World.Customer customer = world.customer("1");
        for (String odd : List.of("{}", "[]", "Hi", "{\"text\":7}")) {
            world.upstream.behave(UpstreamScript.json(200, odd));
            assertThat(calls.form(customer, TRANSCRIPTIONS, sound("whisper-1", 1)).statusCode())
                    .isEqualTo(502);
        }
        costsNothing(customer);
    }

    @Test
    void aPictureThatBreaksOff() {
        World.Customer customer = world.customer("1");
        String body =
                "{\"model\":\"gpt-image-1\",\"prompt\":\"Otter\",\"size\":\"1024x1024\","
                        + "\"quality\":\"low\",\"stream\":true}";
        world.upstream.behave(UpstreamScript.stream("data: {}\n\n"));
        assertThat(world.post(customer, "/images/generations", body).statusCode()).isEqualTo(502);
        costsNothing(customer);

        world.upstream.behave(begun(MediaWire.imageStream(2, null)).ending(End.CUT));
        HttpResponse<String> answer = world.post(customer, "/images/generations", body);
        assertThat(answer.body()).contains("partial_image").contains("upstream_cut");
        assertThat(costs(customer, "upstream_cut", true).outputTokens()).isEqualTo(272);
    }

    @Test
    void theClientLeavesBeforeItsPicturesAreMade() {
        World.Customer customer = world.customer("1");
        world.upstream.behave(UpstreamScript.stalls());
        world.upstream.clear();
        var answer =
                world.postLater(
                        customer,
                        "/images/generations",
                        "{\"model\":\"dall-e-3\",\"prompt\":\"Otter\"}");
        World.await(() -> world.upstream.count() == 1);
        answer.cancel(true);
        assertThat(costs(customer, "client_gone", true).amount())
                .isEqualTo(Money.ofDollars("0.04"));
        World.await(
                () -> world.upstream.arrivals().getFirst().effect() == FakeUpstream.Effect.HUNG_UP);
    }
}
