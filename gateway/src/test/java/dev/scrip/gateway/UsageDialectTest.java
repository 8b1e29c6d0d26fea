package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Extras;
import dev.scrip.pricing.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What servers of each kind say, and what is understood: {@code usage-dialects.txt}. */
class UsageDialectTest {

    record Golden(String dialect, String told, String understood) {}

    static Stream<Golden> goldens() throws IOException {
        String file;
        try (var in = UsageDialectTest.class.getResourceAsStream("/usage-dialects.txt")) {
            file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return file.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
                .map(cells -> new Golden(cells.get(0), cells.get(1), cells.get(2)));
    }

    private static UsageDialect named(String name) {
        List<UsageDialect> found =
                UsageDialect.ALL.stream().filter(each -> each.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void understands(Golden golden) {
        JsonNode told = Json.object().set("usage", Streams.json(golden.told()));

        assertThat(
                        named(golden.dialect())
                                .read(told)
                                .map(UsageDialectTest::words)
                                .orElse("nothing"))
                .isEqualTo(golden.understood());
    }

    private static String words(Usage usage) {
        Extras extras = usage.extras();
        String seconds =
                extras.audioSeconds() == 0 ? "" : ", " + extras.audioSeconds() + " seconds";
        String sound =
                extras.equals(Extras.NONE) || !seconds.isEmpty()
                        ? seconds
                        : ", of them %d and %d sound, %d and %d pictures"
                                .formatted(
                                        extras.audioInputTokens(),
                                        extras.audioOutputTokens(),
                                        extras.imageInputTokens(),
                                        extras.imageOutputTokens());
        return "%d in (%d cached, %d written), %d out (%d reasoning)%s"
                .formatted(
                        usage.inputTokens(),
                        usage.cachedInputTokens(),
                        usage.cacheWriteTokens(),
                        usage.outputTokens(),
                        usage.reasoningTokens(),
                        sound);
    }

    @Test
    void eachDialectHasGoldens() throws IOException {
        List<String> tested = goldens().map(Golden::dialect).distinct().toList();

        assertThat(UsageDialect.ALL.stream().map(UsageDialect::name).toList())
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(tested);
    }

    @Test
    void readsWhatWeTellOurselves() {
        Usage usage = new Usage(100, 40, 50, 20, false);
        ObjectNode chat = Json.object().set("usage", ToldUsage.chat(usage));
        ObjectNode responses = Json.object().set("usage", ToldUsage.responses(usage));

        assertThat(UsageDialect.OPENAI_CHAT.read(chat)).contains(usage);
        assertThat(UsageDialect.OPENAI_RESPONSES.read(responses)).contains(usage);
    }

    @Test
    void readsTheServiceTierBesideTheUsage() {
        JsonNode answer =
                Streams.json(
                        "{\"service_tier\":\"flex\",\"usage\":{\"prompt_tokens\":1,"
                                + "\"completion_tokens\":2}}");

        assertThat(UsageDialect.OPENAI_CHAT.read(answer).orElseThrow().serviceTier())
                .isEqualTo("flex");
    }
}
