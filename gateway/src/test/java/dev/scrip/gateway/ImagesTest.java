package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.testing.MediaWire;
import dev.scrip.testing.MediaWire.FormBody;
import dev.scrip.testing.UpstreamScript;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures, to the end, at the prices that are shipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesTest {

    private static final String GENERATIONS = "/images/generations";
    private static final String EDITS = "/images/edits";

    @AutoClose private final World world = new World();
    private final MediaCalls calls = new MediaCalls(world);

    private static String picture(String model, @Nullable String more) {
        return "{\"model\":\"%s\",\"prompt\":\"A cute otter\"%s}"
                .formatted(model, more == null ? "" : "," + more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # asked                                    | size      | quality  | made | dollars
                    "size":"1024x1024"                         |           |          | 1    | 0.04
                    "size":"1792x1024","quality":"hd","n":2    |           |          | 2    | 0.24
                    "size":"1792x1024","quality":"hd","n":2    |           |          | 1    | 0.12
                    "size":"auto","quality":"auto"             | 1024x1024 | standard | 1    | 0.04
                    "size":"auto","quality":"auto"             | 1024x1792 | hd       | 1    | 0.12
                    "size":"auto","quality":"standard"         |           |          | 1    | 0.08
                    "size":"auto","quality":"auto"             | 64x64     | neon     | 1    | 0.12
                    """)
    void picturesByThePiece(
            String asked,
            @Nullable String size,
            @Nullable String quality,
            int made,
            String dollars) {
        World.Customer customer = world.customer("5");
        String told = MediaWire.images(made, size, quality, null);
        world.upstream.behave(UpstreamScript.json(200, told));
        HttpResponse<String> answer = world.post(customer, GENERATIONS, picture("dall-e-3", asked));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(told);
        assertThat(answer.headers().firstValue("x-scrip-cost")).contains(dollars);
        UsageRecord record = calls.charged(customer, dollars, false);
        assertThat(record.endpoint()).isEqualTo("images.generations");
        assertThat(record.units().images()).isEqualTo(made);
    }

    @Test
    void anOlderModelIsToldWhatIsTakenForItsChoice() {
        World.Customer customer = world.customer("5");
        world.upstream.behave(UpstreamScript.json(200, MediaWire.images(1, null, null, null)));
        world.post(customer, GENERATIONS, picture("dall-e-3", null));

        JsonNode sent = Streams.json(calls.arrival().body());
        assertThat(sent.path("size").asText()).isEqualTo("1024x1024");
        assertThat(sent.path("quality").asText()).isEqualTo("standard");
        calls.charged(customer, "0.04", false);
    }

    @Test
    void picturesByTokens() {
        World.Customer customer = world.customer("5");
        JsonObject usage = MediaWire.imageUsage(50, 300, 1_056);
        world.upstream.behave(
                UpstreamScript.json(200, MediaWire.images(1, "1024x1024", "medium", usage)));
        HttpResponse<String> answer =
                world.post(
                        customer,
                        GENERATIONS,
                        picture("gpt-image-1", "\"usage\":{\"include\":true}"));

        assertThat(calls.arrival().body()).doesNotContain("include");
        JsonNode told = Streams.json(answer.body());
        assertThat(told.at("/usage/cost").decimalValue()).isEqualByComparingTo("0.04549");
        assertThat(told.at("/data/0/b64_json").asText()).isEqualTo("iVBORw0KGgo0");
        UsageRecord record = calls.charged(customer, "0.04549", false);
        assertThat(record.units().imageInputTokens()).isEqualTo(300);
        assertThat(record.units().imageOutputTokens()).isEqualTo(1_056);
        assertThat(record.units().imageVariant()).isEqualTo("1024x1024/medium");
    }

    @Test
    void picturesByTokensThatNobodyTells() {
        World.Customer customer = world.customer("5");
        world.upstream.behave(UpstreamScript.json(200, MediaWire.images(1, null, null, null)));
        world.post(
                customer,
                GENERATIONS,
                picture("gpt-image-1", "\"size\":\"1024x1024\",\"quality\":\"low\""));

        UsageRecord record = calls.charged(customer, "0.0109", true);
        assertThat(record.outputTokens()).isEqualTo(272);
        assertThat(record.inputTokens()).isEqualTo(4);
    }

    @Test
    void aPictureThatComesInParts() {
        World.Customer customer = world.customer("5");
        JsonObject usage = MediaWire.imageUsage(50, 0, 4_360);
        world.upstream.behave(UpstreamScript.stream(MediaWire.imageStream(2, usage)));
        HttpResponse<String> answer =
                world.post(
                        customer,
                        GENERATIONS,
                        picture("gpt-image-1", "\"stream\":true,\"partial_images\":2"));

        assertThat(answer.body()).isEqualTo(String.join("", MediaWire.imageStream(2, usage)));
        assertThat(calls.charged(customer, "0.17465", false).streamed()).isTrue();
    }

    @Test
    void picturesAreEdited() {
        World.Customer customer = world.customer("5");
        byte[] first = MediaWire.noise(700_000);
        byte[] second = MediaWire.noise(10);
        JsonObject usage = MediaWire.imageUsage(10, 600, 272);
        world.upstream.behave(
                UpstreamScript.json(200, MediaWire.images(1, "1024x1024", "low", usage)));
        HttpResponse<String> answer =
                calls.form(
                        customer,
                        EDITS,
                        new FormBody()
                                .file("image[]", "bo\u00e4t.png", "image/png", first)
                                .file("image[]", "sail.png", "image/png", second)
                                .field("prompt", "Add a sail.")
                                .field("n", "1")
                                .field("model", "gpt-image-1"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String sent = calls.arrival().bytes();
        assertThat(calls.arrival().headers().get("content-type"))
                .startsWith("multipart/form-data; b");
        assertThat(calls.arrival().headers().get("content-length")).isEqualTo("" + sent.length());
        for (byte[] file : List.of(first, second)) {
            assertThat(sent).contains(new String(file, StandardCharsets.ISO_8859_1));
        }
        assertThat(sent)
                .contains("name=\"image[]\"; filename=\"sail.png\"")
                .contains("name=\"prompt\"")
                .contains("Add a sail.")
                .contains("gpt-image-1");
        UsageRecord record = calls.charged(customer, "0.01693", false);
        assertThat(record.endpoint()).isEqualTo("images.edits");
    }

    @Test
    void picturesAreEditedWithoutAForm() {
        World.Customer customer = world.customer("5");
        JsonObject usage = MediaWire.imageUsage(10, 600, 272);
        world.upstream.behave(
                UpstreamScript.json(200, MediaWire.images(1, "1024x1024", "low", usage)));
        String body =
                "{\"model\":\"gpt-image-1\",\"prompt\":\"Add a sail.\",\"images\":"
                        + "[{\"image_url\":\"data:image/png;base64,iVBORw0KGgo=\"}]}";
        assertThat(world.post(customer, EDITS, body).statusCode()).isEqualTo(200);
        assertThat(Streams.json(calls.arrival().body())).isEqualTo(Streams.json(body));
        calls.charged(customer, "0.01693", false);
    }

    @Test
    void whatIsNoRequestForPicturesIsRefused() {
        World.Customer customer = world.customer("5");
        for (String body :
                List.of(
                        "{\"model\":\"dall-e-3\"}",
                        picture("dall-e-3", "\"n\":11"),
                        picture("dall-e-3", "\"size\":7"),
                        picture("gpt-image-1", "\"n\":2,\"stream\":true"))) {
            assertThat(world.post(customer, GENERATIONS, body).statusCode()).isEqualTo(400);
        }
        String stored = picture("gpt-image-1", "\"images\":[{\"file_id\":\"file-1\"}]");
        assertThat(world.post(customer, EDITS, stored).statusCode()).isEqualTo(400);
        assertThat(world.post(customer, EDITS, picture("gpt-image-1", null)).statusCode())
                .isEqualTo(400);
        HttpResponse<String> variation = world.post(customer, "/images/variations", "{}");
        assertThat(variation.statusCode()).isEqualTo(404);
        assertThat(variation.body()).contains("/v1/images/edits");
        assertThat(world.records(customer)).isEmpty();
        world.nothingHeld(customer);
    }

    @Test
    void aSmallWalletIsToldWhatAPictureNeeds() {
        World.Customer customer = world.customer("0.02");
        for (String model : List.of("dall-e-3", "gpt-image-1")) {
            HttpResponse<String> refused = world.post(customer, GENERATIONS, picture(model, null));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            JsonNode error = Streams.json(refused.body()).path("error");
            assertThat(error.path("code").asText()).isEqualTo("credit_balance_exhausted");
            assertThat(Money.ofDollars(error.path("required").asText()))
                    .isGreaterThan(Money.ofDollars("0.02"));
        }
    }

    @Test
    void theDemonstrationDraws() throws IOException {
        World.Customer customer = world.customer("5");
        HttpResponse<String> answer =
                world.post(
                        customer,
                        GENERATIONS,
                        picture("scrip-demo-image", "\"size\":\"300x200\",\"n\":2"));
        JsonNode told = Streams.json(answer.body());
        byte[] png = Base64.getDecoder().decode(told.at("/data/0/b64_json").asText());
        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(300);
        assertThat(image.getHeight()).isEqualTo(200);
        assertThat(told.path("size").asText()).isEqualTo("300x200");
        assertThat(told.at("/data/1")).isNotEqualTo(told.at("/data/0"));
        calls.charged(customer, "0.04", false);

        HttpResponse<String> parts =
                world.post(
                        customer,
                        GENERATIONS,
                        picture("scrip-demo-image", "\"stream\":true,\"partial_images\":2"));
        assertThat(parts.body().lines().filter(line -> line.startsWith("event: ")))
                .containsExactly(
                        "event: image_generation.partial_image",
                        "event: image_generation.partial_image",
                        "event: image_generation.completed");

        HttpResponse<String> edited =
                calls.form(
                        customer,
                        EDITS,
                        new FormBody()
                                .file("image", "a.png", "image/png", png)
                                .field("prompt", "A sail")
                                .field("model", "scrip-demo-image"));
        assertThat(Streams.json(edited.body()).path("size").asText()).isEqualTo("1024x1024");
    }
}
