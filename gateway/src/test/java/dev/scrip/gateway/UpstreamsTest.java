package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamsTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("OPENAI_API_KEY", "sk-secret");

    @TempDir private Path folder;

    private List<Upstream> read(String json) throws IOException {
        Path file = folder.resolve("upstreams.json");
        Files.writeString(file, json);
        return Upstreams.read(file, ENVIRONMENT);
    }

    @Test
    void readsTheExampleOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "upstreams.md"));
        List<Upstream> upstreams =
                read(page.substring(page.indexOf("```json") + 7, page.lastIndexOf("```")));

        assertThat(upstreams)
                .extracting(Upstream::name)
                .containsExactly("demonstration", "openai", "vllm", "ollama");
        assertThat(upstreams.get(0))
                .isEqualTo(
                        new Upstream.Demonstration(
                                "demonstration",
                                Upstream.Demonstration.MODELS,
                                OptionalInt.of(100)));
        assertThat(upstreams.get(1))
                .isEqualTo(
                        new Upstream.OpenAiCompatible(
                                "openai",
                                URI.create("https://api.openai.com/v1"),
                                "sk-secret",
                                Map.of("gpt-5-nano", "gpt-5-nano", "gpt-4.1", "gpt-4.1-2025-04-14"),
                                null,
                                Upstream.Timeouts.DEFAULT));
        assertThat(upstreams.get(1).toString()).doesNotContain("sk-secret");
        assertThat(((Upstream.OpenAiCompatible) upstreams.get(2)).timeouts().firstByte())
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(((Upstream.OpenAiCompatible) upstreams.get(3)).outputBoundField())
                .isEqualTo("max_tokens");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{ ~ not JSON",
                "[] ~ upstreams: must be a list with at least one upstream",
                "{\"upstream\":[]} ~ upstream: is not a known field",
                "{\"upstreams\":[{\"name\":\"a\"}]} ~ upstreams[0].kind: is missing",
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"x\"}]} ~ upstreams[0].kind: must be"
                        + " 'demonstration' or 'openai', not 'x'",
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
                "{\"upstreams\":[{\"name\":\"a\",\"kind\":\"demonstration\",\"models\":[\"m\"]},"
                        + "{\"name\":\"b\",\"kind\":\"demonstration\",\"models\":[\"m\"]}]} ~"
                        + " upstreams[1].models: 'm' is served by 'a' too"
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
