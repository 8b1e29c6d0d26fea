package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.pricing.TokenRates;
import dev.scrip.pricing.UpstreamRates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamsTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "OPENAI_API_KEY", "sk-secret",
                    "OPENAI_EU_KEY", "sk-secret-eu",
                    "AZURE_OPENAI_KEY", "secret-azure");

    @TempDir private Path folder;

    private Upstreams read(String json) throws IOException {
        Path file = folder.resolve("upstreams.json");
        Files.writeString(file, json);
        return Upstreams.read(file, ENVIRONMENT);
    }

    /** Every block of the documentation, by the name of its first upstream. */
    private Map<String, Upstreams> documented() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "upstreams.md"));
        Map<String, Upstreams> read = new LinkedHashMap<>();
        Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
        while (block.find()) {
            Upstreams upstreams = read(block.group(1));
            read.put(upstreams.all().getFirst().name(), upstreams);
        }
        return read;
    }

    private static Upstream.OpenAiCompatible remote(Upstreams upstreams) {
        return (Upstream.OpenAiCompatible) upstreams.all().getFirst();
    }

    private static URI chats(Upstream.OpenAiCompatible upstream, String model) {
        return upstream.server().url("/chat/completions", upstream.nameOf(model));
    }

    @Test
    void readsTheExamplesOfTheDocumentation() throws IOException {
        Map<String, Upstreams> examples = documented();

        assertThat(examples.keySet())
                .containsExactly(
                        "openai",
                        "azure",
                        "azure-dated",
                        "vllm",
                        "ollama",
                        "openai-eu",
                        "demonstration");
        Upstream.OpenAiCompatible openai = remote(examples.get("openai"));
        assertThat(openai)
                .isEqualTo(
                        new Upstream.OpenAiCompatible(
                                "openai",
                                new Upstream.Server(
                                        URI.create("https://api.openai.com/v1"),
                                        "sk-secret",
                                        Upstream.Manner.OPENAI),
                                Map.of("gpt-5-nano", "gpt-5-nano", "gpt-4.1", "gpt-4.1-2025-04-14"),
                                Map.of(
                                        "gpt-5-nano",
                                        new UpstreamRates(
                                                new TokenRates(50_000, 5_000, 50_000, 400_000))),
                                Upstream.Policy.DEFAULT,
                                Upstream.Timeouts.DEFAULT));
        assertThat(openai.toString()).doesNotContain("sk-secret");
        assertThat(chats(openai, "gpt-4.1"))
                .hasToString("https://api.openai.com/v1/chat/completions");
        assertThat(examples.get("demonstration").all())
                .containsExactly(
                        new Upstream.Demonstration(
                                "demonstration",
                                Upstream.Demonstration.MODELS,
                                OptionalInt.of(100)));
    }

    @Test
    void knowsAzure() throws IOException {
        Upstream.OpenAiCompatible azure = remote(documented().get("azure"));
        assertThat(azure.server().manner().addressing()).isEqualTo(Upstream.Addressing.AZURE);
        assertThat(chats(azure, "gpt-5-nano"))
                .hasToString("https://acme.openai.azure.com/openai/v1/chat/completions");

        Upstream.OpenAiCompatible dated = remote(documented().get("azure-dated"));
        assertThat(chats(dated, "gpt-5-nano"))
                .hasToString(
                        "https://acme.openai.azure.com/openai/deployments/our-nano/chat/completions"
                                + "?api-version=2024-10-21");
        assertThat(dated.server().url("/responses", "our-nano"))
                .hasToString(
                        "https://acme.openai.azure.com/openai/responses?api-version=2024-10-21");
        assertThat(dated.server().url("/embeddings", "a b/c").toString())
                .contains("/deployments/a%20b%2Fc/embeddings?");
    }

    @Test
    void knowsVllmAndOllama() throws IOException {
        Upstream.OpenAiCompatible vllm = remote(documented().get("vllm"));
        assertThat(vllm.server().manner())
                .isEqualTo(
                        new Upstream.Manner(
                                Upstream.Addressing.OPENAI,
                                null,
                                "max_tokens",
                                "openai",
                                true,
                                Upstream.Windows.ALWAYS));
        assertThat(vllm.timeouts().firstByte()).isEqualTo(Duration.ofMinutes(2));
        assertThat(vllm.policy())
                .isEqualTo(new Upstream.Policy(0, 1, 64, 200, Duration.ofSeconds(20), 5));

        Upstream.OpenAiCompatible ollama = remote(documented().get("ollama"));
        assertThat(ollama.server().manner())
                .isEqualTo(
                        new Upstream.Manner(
                                Upstream.Addressing.OPENAI,
                                null,
                                "max_tokens",
                                "openai",
                                false,
                                Upstream.Windows.ALWAYS));
        assertThat(ollama.server().apiKey()).isNull();
    }

    @Test
    void readsSeveralForOneModelAndItsAliases() throws IOException {
        Upstreams several = documented().get("openai-eu");

        assertThat(several.all())
                .extracting(Upstream::name)
                .containsExactly("openai-eu", "openai-us", "spare");
        assertThat(several.all())
                .extracting(upstream -> upstream.policy().priority())
                .containsExactly(0, 0, 1);
        assertThat(several.all())
                .extracting(upstream -> upstream.policy().weight())
                .containsExactly(3, 1, 1);
        assertThat(((Upstream.OpenAiCompatible) several.all().getLast()).server().manner())
                .extracting(Upstream.Manner::usageDialect)
                .isEqualTo("deepseek");
        assertThat(several.aliases()).isEqualTo(Map.of("fast", "gpt-5-nano"));
        assertThat(several.tries()).isEqualTo(new Upstreams.Tries(2, Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{ ~ not JSON",
                "[] ~ must be an object",
                "{\"upstreams\":[]} ~ upstreams: must be a list with at least one upstream",
                "{\"upstream\":[]} ~ upstream: is not a known field",
                "{\"upstreams\":[{\"name\":\"a\"}]} ~ upstreams[0].kind: is missing",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"x\"}]} ~ upstreams[0].kind: must be"
                        + " one of 'azure', 'demonstration', 'ollama', 'openai', 'vllm', not 'x'",
                "{\"upstreams\":[{\"kind\":\"demonstration\"}]} ~ upstreams[0].name: is missing",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"demonstration\",\"pace\":1}]} ~"
                        + " upstreams[0].pace: is not a known field",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"ftp://x\"}]} ~"
                        + " upstreams[0].base_url: must be an address like"
                        + " https://api.openai.com/v1, not 'ftp://x'",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\","
                        + "\"api_key_env\":\"NONE\"}]} ~ upstreams[0].api_key_env: the environment"
                        + " variable NONE is not set",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\"}]} ~"
                        + " upstreams[0].models: must map each public model name to its name at the"
                        + " upstream",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\","
                        + "\"models\":{\"m\":1}}]} ~ upstreams[0].models.m: must be a text",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\","
                        + "\"models\":{\"m\":\"m\"},\"idle_seconds\":0}]} ~"
                        + " upstreams[0].idle_seconds: must be a whole number from 1 to 3600",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"demonstration\"},{\"name\":\"a\","
                        + "\"kind\":\"demonstration\",\"models\":[\"m\"]}]} ~ upstreams[1].name:"
                        + " 'a' is taken by another one",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\","
                        + "\"models\":{\"m\":\"m\"},\"costs\":{\"n\":{}}}]} ~"
                        + " upstreams[0].costs.n: is not a known field",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\","
                        + "\"models\":{\"m\":\"m\"},\"costs\":{\"m\":{\"input\":1}}}]} ~"
                        + " upstreams[0].costs.m: input: must be dollars as text, such as \"0.25\"",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"weight\":0}]} ~ upstreams[0].weight: must be a whole number from 1 to 1000",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"continuous_usage\":1}]} ~ upstreams[0].continuous_usage: must be true or false",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"usage_dialect\":\"x\"}]} ~ upstreams[0].usage_dialect: must be one of 'anthropic', 'deepseek', 'openai', not 'x'",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"max_tokens_field\":\"x\"}]} ~ upstreams[0].max_tokens_field: must be one of 'max_completion_tokens', 'max_tokens', not 'x'",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"api_version\":\"1\"}]} ~ upstreams[0].api_version: is not a known field",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"azure\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"},\"api_version\":\"1&2\"}]} ~ upstreams[0].api_version: must be a version like 2024-10-21",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"}}],\"aliases\":{\"m\":\"m\"}} ~ aliases.m: is the name of a model",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"}}],\"aliases\":{\"f\":\"n\"}} ~ aliases.f: no upstream serves 'n'",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"openai\",\"base_url\":\"http://x\",\"models\":{\"m\":\"m\"}}],\"tries_max\":0} ~ tries_max: must be a whole number from 1 to 100"
            })
    void saysInOneLineWhichFieldIsWrong(String json, String line) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidUpstreams.class)
                .message()
                .startsWith(folder.resolve("upstreams.json").toString())
                .contains(line)
                .hasLineCount(1);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> Upstreams.read(folder.resolve("none.json"), ENVIRONMENT))
                .isInstanceOf(InvalidUpstreams.class)
                .hasMessageContaining("none.json: cannot be read");
    }
}
