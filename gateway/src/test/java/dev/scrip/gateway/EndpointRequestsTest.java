package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scrip.pricing.Ask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the parsers of the endpoints beside chat take, bound and refuse. */
class EndpointRequestsTest {

    private static final Map<String, Endpoint> ENDPOINTS =
            Map.of(
                    "chat", new ChatEndpoint(),
                    "responses", new ResponsesEndpoint(),
                    "completions", new CompletionsEndpoint(),
                    "embeddings", new EmbeddingsEndpoint(),
                    "moderations", new ModerationsEndpoint());

    private static Endpoint.Parsed parse(String endpoint, String body) {
        String json = body.startsWith("{") ? body : "{\"model\":\"m\"," + body + "}";
        return ENDPOINTS.get(endpoint).parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ModelRequest request(String endpoint, String body) {
        Endpoint.Parsed parsed = parse(endpoint, body);
        assertThat(parsed).isInstanceOf(Endpoint.Parsed.Request.class);
        return ((Endpoint.Parsed.Request) parsed).request();
    }

    private static Ask ask(String endpoint, String body) {
        ModelRequest request = request(endpoint, body);
        return request.ask(request.input().tokensMax());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "responses ~ {\"input\":\"x\"} ~ must provide a model",
                "responses ~ \"stream\":true ~ 'input' must be",
                "responses ~ \"input\":[] ~ 'input' must be",
                "responses ~ \"input\":[\"x\"] ~ must be an object",
                "responses ~ \"input\":\"x\",\"background\":true ~ 'background' is not offered",
                "responses ~ \"input\":\"x\",\"store\":true ~ not stored",
                "responses ~ \"input\":\"x\",\"previous_response_id\":\"resp_1\" ~ earlier items",
                "responses ~ \"input\":\"x\",\"conversation\":\"conv_1\" ~ earlier items",
                "responses ~ \"input\":\"x\",\"prompt\":{\"id\":\"p\"} ~ 'prompt' is not offered",
                "responses ~ \"input\":[{\"type\":\"item_reference\",\"id\":\"i\"}] ~ item itself",
                "responses ~ \"input\":[{\"id\":\"i\"}] ~ item itself",
                "responses ~ \"input\":[{\"type\":\"mcp_call\"}] ~ 'mcp_call' are not offered",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}] ~ 'web_search'",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"mcp\"}] ~ cost more than tokens",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"shell\"}] ~ 'shell'",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"namespace\",\"tools\":[{\"type\":"
                        + "\"code_interpreter\"}]}] ~ 'code_interpreter'",
                "responses ~ \"input\":[{\"type\":\"additional_tools\",\"tools\":[{\"type\":"
                        + "\"file_search\"}]}] ~ 'file_search'",
                "responses ~ \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\","
                        + "\"file_url\":\"u\"}]}] ~ 'input_file'",
                "responses ~ \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\","
                        + "\"file_id\":\"f\"}]}] ~ Files that are stored",
                "responses ~ \"input\":[{\"type\":\"function_call_output\",\"output\":[{\"type\":"
                        + "\"input_file\"}]}] ~ 'input_file'",
                "completions ~ \"prompt\":[] ~ 'prompt' must be",
                "completions ~ \"prompt\":[1,\"x\"] ~ 'prompt' must be",
                "completions ~ \"prompt\":[[1],[]] ~ 'prompt' must be",
                "completions ~ \"prompt\":[-1] ~ 'prompt' must be",
                "completions ~ \"prompt\":7 ~ 'prompt' must be",
                "completions ~ \"prompt\":\"x\",\"best_of\":21 ~ Invalid 'best_of'",
                "embeddings ~ \"user\":\"u\" ~ 'input' must be",
                "embeddings ~ \"input\":\"x\",\"encoding_format\":\"hex\" ~ 'encoding_format'",
                "embeddings ~ \"input\":\"x\",\"dimensions\":0 ~ Invalid 'dimensions'",
                "chat ~ \"messages\":[{}],\"tools\":[{\"type\":\"browser_search\"}] ~ run at the",
                "chat ~ \"messages\":[{\"audio\":{\"id\":\"audio_1\"}}] ~ send its transcript",
                "chat ~ \"messages\":[{}],\"chat_template\":\"{{ x }}\" ~ 'chat_template' is not",
                "responses ~ \"input\":\"x\",\"plugins\":[] ~ 'plugins' is not",
                "completions ~ \"prompt\":\"x\",\"models\":[\"y\"] ~ 'models' is not",
                "moderations ~ \"input\":[] ~ 'input' must be",
                "moderations ~ \"input\":[\"x\",7] ~ must be a text",
                "moderations ~ \"input\":[{\"type\":\"video\"}] ~ 'video'",
                "chat ~ \"messages\":[{\"content\":[{\"type\":\"file\",\"file\":{}}]}] ~ 'file'"
            })
    void refuses(String endpoint, String body, String sentence) {
        Endpoint.Parsed parsed = parse(endpoint, body);

        assertThat(parsed).as(body).isInstanceOf(Endpoint.Parsed.Invalid.class);
        JsonNode error =
                Streams.json(((Endpoint.Parsed.Invalid) parsed).answer().body().toString())
                        .path("error");
        assertThat(error.path("message").asText()).contains(sentence);
        assertThat(error.has("param") && error.has("code") && error.has("type")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "responses ~ \"input\":\"x\",\"store\":false,\"background\":false ~ 1",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"},"
                        + "{\"type\":\"custom\"},{\"type\":\"local_shell\"}] ~ 1",
                "responses ~ \"input\":\"x\",\"tools\":[{\"type\":\"shell\",\"environment\":"
                        + "{\"type\":\"local\"}}] ~ 1",
                "responses ~ \"input\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":"
                        + "\"summary_text\",\"text\":\"t\"}],\"encrypted_content\":\"e\"},"
                        + "{\"type\":\"function_call\",\"arguments\":\"{}\"},"
                        + "{\"type\":\"function_call_output\",\"output\":\"7\"}] ~ 1",
                "completions ~ \"suffix\":\"s\" ~ 1",
                "completions ~ \"prompt\":\"x\",\"n\":3 ~ 3",
                "completions ~ \"prompt\":\"x\",\"n\":3,\"best_of\":5 ~ 5",
                "completions ~ \"prompt\":[\"x\",\"y\"],\"best_of\":5 ~ 10",
                "completions ~ \"prompt\":[1,2,3] ~ 1",
                "completions ~ \"prompt\":[[1,2],[3]] ~ 2",
                "embeddings ~ \"input\":[\"x\",\"y\",\"z\"] ~ 3",
                "embeddings ~ \"input\":[[1,2],[3]] ~ 2",
                "moderations ~ \"input\":[\"x\",\"y\"] ~ 2",
                "chat ~ \"messages\":[{}],\"n\":4 ~ 4",
                "chat ~ \"messages\":[{}],\"prediction\":{\"type\":\"content\",\"content\":\"x\"} ~ 1"
            })
    void takes(String endpoint, String body, int answers) {
        Ask ask = ask(endpoint, body);

        assertThat(ask.choices()).isEqualTo(answers);
        assertThat(ask.serviceTier()).isEqualTo("default");
    }

    @Test
    void boundsTheOutput() {
        assertThat(ask("completions", "\"prompt\":\"x\"").outputTokensMax()).hasValue(16);
        assertThat(ask("completions", "\"prompt\":\"x\",\"max_tokens\":0").outputTokensMax())
                .hasValue(0);
        assertThat(ask("responses", "\"input\":\"x\"").outputTokensMax()).isEmpty();
        assertThat(ask("responses", "\"input\":\"x\",\"max_output_tokens\":99").outputTokensMax())
                .isEqualTo(OptionalLong.of(99));
        assertThat(ask("embeddings", "\"input\":\"x\"").outputTokensMax()).hasValue(0);
        assertThat(ask("moderations", "\"input\":\"x\"").model()).isEqualTo("m");
        assertThat(ask("moderations", "{\"input\":\"x\"}").model())
                .isEqualTo("omni-moderation-latest");
    }

    @Test
    void passesTheServiceTierOn() {
        assertThat(ask("responses", "\"input\":\"x\",\"service_tier\":\"flex\"").serviceTier())
                .isEqualTo("flex");
        assertThat(ask("chat", "\"messages\":[{}],\"service_tier\":\"auto\"").serviceTier())
                .isEqualTo("default");
    }

    @Test
    void countsWhatIsNotTextByItsBounds() {
        Ask images =
                ask(
                        "responses",
                        "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\","
                                + "\"image_url\":\"data:"
                                + "A".repeat(90_000)
                                + "\"}]}]");
        assertThat(images.extrasMax().imageInputTokens()).isEqualTo(Input.TOKENS_PER_IMAGE_MAX);
        assertThat(images.inputTokensMax())
                .isBetween(Input.TOKENS_PER_IMAGE_MAX, Input.TOKENS_PER_IMAGE_MAX + 200);

        assertThat(ask("completions", "\"prompt\":[1,2,3]").inputTokensMax()).isBetween(3L, 80L);
        assertThat(ask("chat", "\"messages\":[{}],\"modalities\":[\"text\",\"audio\"]"))
                .satisfies(ask -> assertThat(ask.extrasMax().audioOutputTokens()).isPositive());
    }

    /** Ten seconds: 16,000 samples of 16 bits a second. */
    @Test
    void boundsSoundByItsLength() {
        ByteBuffer wav = ByteBuffer.allocate(44 + 320_000).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(320_036);
        wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
        wav.putShort((short) 2).putShort((short) 16);

        assertThat(audioBound(wav.array())).isBetween(400L, 500L);
        assertThat(audioBound(new byte[80_000])).isBetween(3_200L, 3_300L);
    }

    private static long audioBound(byte[] sound) {
        String data = Base64.getEncoder().encodeToString(sound);
        Ask ask =
                ask(
                        "chat",
                        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
                                + "\"input_audio\":{\"format\":\"wav\",\"data\":\""
                                + data
                                + "\"}}]}]");
        assertThat(ask.inputTokensMax()).isGreaterThan(ask.extrasMax().audioInputTokens());
        return ask.extrasMax().audioInputTokens();
    }
}
