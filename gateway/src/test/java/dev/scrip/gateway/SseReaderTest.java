package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {

    private final List<String> raw = new ArrayList<>();
    private final List<String> data = new ArrayList<>();
    private final SseReader reader =
            new SseReader(
                    (bytes, text) -> {
                        raw.add(bytes.toString());
                        data.add(text.toString());
                    });

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void findsEventsWhereverTheBytesAreSplit(String newline) {
        String stream =
                String.join(
                        newline,
                        "data: {\"a\":\"größe €\"}",
                        "",
                        ": comment",
                        "",
                        "event: x",
                        "data:first",
                        "data: second 😀",
                        "",
                        "data: [DONE]",
                        "",
                        "");
        byte[] bytes = Buffer.buffer(stream).getBytes();
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second += 7) {
                List<String> found = new ArrayList<>();
                StringBuilder relayed = new StringBuilder();
                SseReader split =
                        new SseReader(
                                (event, text) -> {
                                    relayed.append(event);
                                    found.add(text.toString());
                                });
                Buffer whole = Buffer.buffer(bytes);
                split.read(whole.getBuffer(0, first));
                split.read(whole.getBuffer(first, second));
                split.read(whole.getBuffer(second, bytes.length));
                split.end();
                assertThat(found)
                        .filteredOn(text -> !text.isEmpty())
                        .as("split at %d and %d", first, second)
                        .containsExactly("{\"a\":\"größe €\"}", "first\nsecond 😀", "[DONE]");
                assertThat(relayed.toString()).startsWith(stream);
            }
        }
    }

    @Test
    void givesAnEventAsSoonAsItIsWhole() {
        reader.read(Buffer.buffer("data: 1\n"));
        assertThat(raw).isEmpty();
        reader.read(Buffer.buffer("\ndata: 2"));
        assertThat(raw).containsExactly("data: 1\n\n");
        assertThat(data).containsExactly("1");
    }

    @Test
    void takesALastEventWithoutAnEmptyLine() {
        reader.read(Buffer.buffer("data: [DONE]"));
        reader.end();
        assertThat(data).contains("[DONE]");
    }

    @Test
    void refusesAnEventWithoutEnd() {
        Buffer piece = Buffer.buffer(new byte[1 << 20]);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 6; i++) {
                                reader.read(piece);
                            }
                        })
                .isInstanceOf(SseReader.TooLong.class);
    }
}
