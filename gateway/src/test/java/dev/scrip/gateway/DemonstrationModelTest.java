package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemonstrationModelTest {

    private static ChatDemonstration compose(String body, long outputTokensMax) {
        Endpoint.Parsed parsed = new ChatEndpoint().parse(body.getBytes(StandardCharsets.UTF_8));
        ModelRequest request = ((Endpoint.Parsed.Request) parsed).request();
        return (ChatDemonstration) request.demonstrate(outputTokensMax);
    }

    private static String asking(String question, String more) {
        return """
        {"model":"scrip-demo","messages":[{"role":"user","content":"%s"}]%s}"""
                .formatted(question, more);
    }

    @Test
    void answersAboutWhatWasAskedAndTheSameEachTime() {
        var first = compose(asking("Why do rivers meander?", ""), 4_000).choices().getFirst();
        var second = compose(asking("Why do rivers meander?", ""), 4_000).choices().getFirst();
        var other = compose(asking("How old are glaciers?", ""), 4_000).choices().getFirst();

        assertThat(first).isEqualTo(second);
        assertThat(first.text()).contains("Why do rivers meander?").contains("rivers");
        assertThat(other.text()).contains("glaciers").doesNotContain("rivers");
        assertThat(first.finishReason()).isEqualTo("stop");
    }

    @Test
    void countsEveryTokenExactly() {
        var composed = compose(asking("Say hello world", ""), 4_000);

        assertThat(composed.choices().getFirst().text()).isEqualTo("hello world");
        assertThat(composed.usage().outputTokens()).isEqualTo(2);
        // "user", "Say hello world", three around the message, three before the answer.
        assertThat(composed.usage().inputTokens()).isEqualTo(1 + 3 + 3 + 3);
    }

    @Test
    void writesAsManyWordsAsAreAskedForAndNoMoreTokensThanAllowed() {
        var free = compose(asking("Write 500 words about tea", ""), 100_000).choices().getFirst();
        var bound = compose(asking("Write 500 words about tea", ""), 50).choices().getFirst();

        assertThat(free.text().split("\\s+").length).isBetween(500, 530);
        assertThat(bound.tokens()).isEqualTo(50);
        assertThat(bound.finishReason()).isEqualTo("length");
        assertThat(free.text()).startsWith(bound.text());
        assertThat(String.join("", bound.pieces())).isEqualTo(bound.text());
    }

    @Test
    void givesSeveralChoicesAndStopsWhereToldTo() {
        var composed =
                compose(asking("Tell me about bees", ",\"n\":3,\"stop\":[\" the \",\"zzz\"]"), 900);

        assertThat(composed.choices()).hasSize(3);
        assertThat(composed.choices())
                .allSatisfy(choice -> assertThat(choice.text()).doesNotContain(" the "));
    }

    @Test
    void piecesAreWholeCharacters() {
        var choice = compose(asking("Say: 日本語 🦄 Ærøskøbing ẞ", ""), 900).choices().getFirst();

        assertThat(String.join("", choice.pieces())).isEqualTo("日本語 🦄 Ærøskøbing ẞ");
        assertThat(choice.pieces()).noneMatch(piece -> piece.contains("\uFFFD"));
    }

    @Test
    void zeroTokensAreNoText() {
        var choice = compose(asking("Hello", ""), 0).choices().getFirst();

        assertThat(choice.text()).isEmpty();
        assertThat(choice.finishReason()).isEqualTo("length");
    }
}
