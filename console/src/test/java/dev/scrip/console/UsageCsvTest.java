package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.metering.Units;
import dev.scrip.metering.UsageRecord;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UsageCsvTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static UsageRecord record(
            Instant held,
            String endUser,
            String model,
            String dollars,
            Units units,
            @Nullable String tier) {
        return new UsageRecord(
                9,
                Ids.first(held),
                1,
                2,
                endUser,
                "chat.completions",
                model,
                "demo",
                true,
                held,
                held.plusSeconds(2),
                "completed",
                20,
                5,
                0,
                10,
                1,
                false,
                77,
                Money.ofDollars(dollars),
                Money.ofDollars(dollars),
                Money.ZERO,
                88,
                Money.ofDollars("-0.5"),
                units,
                tier,
                Money.ofDollars("10"));
    }

    private static UsageRecord plain() {
        String formula = "=HYPERLINK(\"http://x\")";
        return record(NOON, formula, "m,1", "0.000000001", Units.NONE, null);
    }

    @Test
    void exactAmountsAndNoFormulas() throws IOException {
        Units pictures = new Units(0, 0, 0, 0, 2, "1024x1024/high", 61, 0);
        StringBuilder text = new StringBuilder();
        UsageCsv csv = new UsageCsv(text);
        csv.add(plain());
        csv.add(record(NOON.plusMillis(1), "two\nlines", "+m", "12.5", pictures, "flex"));
        assertThat(text.toString())
                .isEqualTo(
                        """
                        request,started_at,ended_at,project,api_key,end_user,endpoint,model,\
                        upstream,streamed,ending,input_tokens,cached_input_tokens,\
                        cache_write_tokens,output_tokens,reasoning_tokens,estimated,amount,\
                        balance_after,service_tier,audio_input_tokens,image_input_tokens,\
                        audio_output_tokens,image_output_tokens,images,image_variant,\
                        audio_seconds,characters
                        %s,2026-11-22T12:00:00Z,2026-11-22T12:00:02Z,\
                        proj_0000000000001,key_0000000000002,"'=HYPERLINK(""http://x"")",\
                        chat.completions,"m,1",demo,true,completed,20,5,0,10,1,false,\
                        0.000000001,-0.500000000,,0,0,0,0,0,,0,0
                        %s,2026-11-22T12:00:00.001Z,2026-11-22T12:00:02.001Z,\
                        proj_0000000000001,key_0000000000002,"two
                        lines",chat.completions,'+m,demo,true,completed,20,5,0,10,1,false,\
                        12.500000000,-0.500000000,flex,0,0,0,0,2,1024x1024/high,61,0
                        """
                                .formatted(
                                        Ids.print("req_", Ids.first(NOON)),
                                        Ids.print("req_", Ids.first(NOON.plusMillis(1))))
                                .replace("\n", "\r\n")
                                .replace("two\r\n", "two\n"));
    }

    @Test
    void aReaderWhoLeavesEndsTheExport() throws IOException {
        ClosingReader reader = new ClosingReader();
        UsageCsv csv = new UsageCsv(reader);
        reader.gone = true;
        assertThatThrownBy(() -> csv.add(plain()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("gone");
    }

    private static final class ClosingReader extends Writer {

        private boolean gone;

        @Override
        public void write(char[] text, int from, int length) throws IOException {
            if (gone) {
                throw new IOException("gone");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
