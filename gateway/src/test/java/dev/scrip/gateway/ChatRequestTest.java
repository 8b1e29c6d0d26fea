package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestTest {

    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]";

    private static ChatRequest request(String body) {
        Endpoint.Parsed parsed = new ChatEndpoint().parse(body.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Endpoint.Parsed.Request.class);
        return (ChatRequest) ((Endpoint.Parsed.Request) parsed).request();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"model\": ~ valid JSON",
                "{} {} ~ valid JSON",
                "[1] ~ must be a JSON object",
                "{\"messages\":[{}]} ~ must provide a model",
                "{\"model\":7,\"messages\":[{}]} ~ must provide a model",
                "{\"model\":\"m\"} ~ 'messages' must be an array",
                "{\"model\":\"m\",\"messages\":[]} ~ 'messages' must be an array",
                "{\"model\":\"m\",\"messages\":[\"hi\"]} ~ Each of 'messages'",
                "{\"model\":\"m\",\"messages\":[{\"content\":[{\"type\":\"file\"}]}]} ~ 'file'",
                "{\"model\":\"m\",\"messages\":[{}],\"n\":0} ~ Invalid 'n'",
                "{\"model\":\"m\",\"messages\":[{}],\"n\":1.5} ~ Invalid 'n'",
                "{\"model\":\"m\",\"messages\":[{}],\"max_tokens\":-1} ~ Invalid 'max_tokens'",
                "{\"model\":\"m\",\"messages\":[{}],\"max_completion_tokens\":\"9\"} ~ Invalid"
                        + " 'max_completion_tokens'",
                "{\"model\":\"m\",\"messages\":[{}],\"stream\":\"yes\"} ~ expected a boolean",
                "{\"model\":\"m\",\"messages\":[{}],\"web_search_options\":{}} ~ not offered",
                "{\"model\":\"m\",\"messages\":[{}],\"service_tier\":7} ~ expected a text"
            })
    void refusesInOneSentenceWhatIsNoRequestOrHasNoPrice(String body, String sentence) {
        Endpoint.Parsed parsed = new ChatEndpoint().parse(body.getBytes(StandardCharsets.UTF_8));

        assertThat(parsed).isInstanceOf(Endpoint.Parsed.Invalid.class);
        Answer answer = ((Endpoint.Parsed.Invalid) parsed).answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().toJsonObject().getJsonObject("error").getString("message"))
                .contains(sentence);
    }

    @Test
    void takesTheSmallerOfTwoBounds() {
        assertThat(request("{\"model\":\"m\"," + HELLO + "}").outputBound()).isEmpty();
        assertThat(
                        request(
                                        "{\"model\":\"m\",\"max_tokens\":7,"
                                                + "\"max_completion_tokens\":5,"
                                                + HELLO
                                                + "}")
                                .outputBound())
                .isEqualTo(OptionalLong.of(5));
    }

    @Test
    void sendsEverythingOnButWhatItMustSet() throws IOException {
        ChatRequest request =
                request(
                        "{\"model\":\"public\",\"user\":\"u1\",\"odd\":{\"x\":[1]},\"stream\":true,"
                                + "\"stream_options\":{\"include_obfuscation\":false},"
                                + HELLO
                                + "}");
        JsonNode sent =
                Json.read(request.forUpstream(new Spelling("theirs", null, false), 99).getBytes());

        assertThat(sent.path("model").textValue()).isEqualTo("theirs");
        assertThat(sent.path("user").textValue()).isEqualTo("u1");
        assertThat(sent.path("odd").toString()).isEqualTo("{\"x\":[1]}");
        assertThat(sent.path("max_completion_tokens").intValue()).isEqualTo(99);
        assertThat(sent.has("max_tokens")).isFalse();
        assertThat(sent.path("stream_options").toString())
                .isEqualTo("{\"include_obfuscation\":false,\"include_usage\":true}");
        assertThat(request.json().path("model").textValue()).isEqualTo("public");
        assertThat(request.endUser()).isEqualTo("u1");
    }

    @Test
    void keepsTheClientsFieldForTheBoundUnlessTheUpstreamKnowsOneOnly() throws IOException {
        ChatRequest old = request("{\"model\":\"m\",\"max_tokens\":500," + HELLO + "}");
        JsonNode kept = Json.read(old.forUpstream(new Spelling("m", null, false), 40).getBytes());
        JsonNode changed =
                Json.read(
                        old.forUpstream(new Spelling("m", "max_completion_tokens", false), 40)
                                .getBytes());

        assertThat(kept.path("max_tokens").intValue()).isEqualTo(40);
        assertThat(kept.has("max_completion_tokens")).isFalse();
        assertThat(changed.path("max_completion_tokens").intValue()).isEqualTo(40);
        assertThat(changed.has("max_tokens")).isFalse();
    }

    /** Texts on which tokenizers make many tokens of few characters. */
    @ParameterizedTest
    @CsvSource({
        "Hello!",
        "''",
        "日本語のテキスト",
        "🦄🏴‍☠️🦄",
        "a b c d e f g h",
        "\u0001\u0002\u0003",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "<|endoftext|><|im_start|>"
    })
    void neverBoundsTheInputBelowWhatIsCounted(String text) {
        String quoted = Json.object().put("t", text).get("t").toString();
        Input input =
                request(
                                "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":"
                                        + "{\"name\":\"f\"}}],\"messages\":[{\"role\":\"user\","
                                        + "\"name\":"
                                        + quoted
                                        + ",\"content\":[{\"type\":\"text\",\"text\":"
                                        + quoted
                                        + "}]}]}")
                        .input();

        for (String model : new String[] {"gpt-5-nano", "gpt-4", "llama"}) {
            long counted = TokenCounter.of(model).input(input);
            assertThat(counted).isPositive().isLessThanOrEqualTo(input.tokensMax());
        }
        assertThat(input.bytes())
                .isEqualTo(
                        input.texts().stream()
                                .mapToLong(each -> each.getBytes(StandardCharsets.UTF_8).length)
                                .sum());
    }

    @Test
    void countsAnImageByItsBoundAndNotByItsBytes() {
        String image = "data:image/png;base64," + "A".repeat(100_000);
        Input input =
                request(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                                        + image
                                        + "\"}}]}]}")
                        .input();

        assertThat(input.images()).isEqualTo(1);
        assertThat(input.tokensMax())
                .isBetween(Input.TOKENS_PER_IMAGE_MAX, Input.TOKENS_PER_IMAGE_MAX + 200);
    }
}
