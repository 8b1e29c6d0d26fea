package dev.scrip.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a stream has brought is never counted as less than it is. */
class OutputMeterTest {

    private static final String[] ALPHABETS = {
        "abc def\n\t{}();=",
        "äöüßéà — «»",
        "漢字仮名交じり文章日本語",
        "👩‍👩‍👧🎉𝕏",
        "0123456789 ,.",
        "हिन्दी العربية"
    };

    private static String random(Random random) {
        String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(40); length >= 0; length--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private static byte[] content(String text) {
        return Streams.content(text).substring(6).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void itIsABoundWhateverIsWrittenAndWheneverItIsCounted() {
        TokenCounter counter = TokenCounter.of("gpt-4o");
        Random random = new Random(20261122);
        for (int life = 0; life < 200; life++) {
            ChatStream stream = new ChatStream(UsageDialect.OPENAI_CHAT, true);
            OutputMeter meter = new OutputMeter(stream);
            for (int event = 0; event < 30; event++) {
                stream.event(Buffer.buffer(content(random(random))));
                meter.read();
                if (random.nextInt(4) == 0) {
                    String text = meter.uncounted();
                    meter.count(meter.countedChars(), text, counter.outputMax(text));
                }
                assertThat(meter.tokensMax())
                        .isGreaterThanOrEqualTo(counter.output(stream.written().toString()));
            }
        }
    }

    @Test
    void whatTheUpstreamCountsTakesItsPlaceUnlessItStandsStill() {
        ChatStream stream = new ChatStream(UsageDialect.OPENAI_CHAT, true);
        OutputMeter meter = new OutputMeter(stream);
        stream.event(told("one two three", 3));
        meter.read();
        assertThat(meter.tokensMax()).isEqualTo(3);
        assertThat(meter.isTold()).isTrue();
        stream.event(told(" four five", 3));
        meter.read();
        assertThat(meter.tokensMax()).isEqualTo(3 + " four five".length());
        assertThat(meter.isTold()).isFalse();
    }

    private static Buffer told(String text, long tokens) {
        return Buffer.buffer(
                new String(content(text), StandardCharsets.UTF_8)
                        .replace(
                                "\"usage\":null",
                                "\"usage\":" + Streams.usageObject(5, 0, tokens)));
    }
}
