package dev.scrip.metering;

import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import java.io.IOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Usage records as comma-separated values (RFC 4180): moments in UTC, amounts in dollars with all
 * nine decimals.
 */
final class UsageCsv {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180
                    .builder()
                    .setHeader(
                            "request",
                            "started_at",
                            "ended_at",
                            "project",
                            "api_key",
                            "end_user",
                            "endpoint",
                            "model",
                            "upstream",
                            "streamed",
                            "ending",
                            "input_tokens",
                            "cached_input_tokens",
                            "cache_write_tokens",
                            "output_tokens",
                            "reasoning_tokens",
                            "estimated",
                            "amount",
                            "balance_after",
                            "service_tier",
                            "audio_input_tokens",
                            "image_input_tokens",
                            "audio_output_tokens",
                            "image_output_tokens",
                            "images",
                            "image_variant",
                            "audio_seconds",
                            "characters")
                    .get();

    private final CSVPrinter printer;

    /** Writes the heading line. */
    UsageCsv(Appendable out) throws IOException {
        printer = new CSVPrinter(out, FORMAT);
    }

    /** The reader of the file is gone; carries its exception through code that cannot throw it. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final IOException cause;

        Refused(IOException cause) {
            super(cause);
            this.cause = cause;
        }

        IOException cause() {
            return cause;
        }
    }

    void add(UsageRecord record) {
        Units units = record.units();
        try {
            printer.printRecord(
                    Ids.print("req_", record.requestId()),
                    record.startedAt(),
                    record.endedAt(),
                    Ids.print("proj_", record.projectId()),
                    Ids.print("key_", record.apiKeyId()),
                    harmless(record.endUser()),
                    harmless(record.endpoint()),
                    harmless(record.model()),
                    harmless(record.upstream()),
                    record.streamed(),
                    harmless(record.ending()),
                    record.inputTokens(),
                    record.cachedInputTokens(),
                    record.cacheWriteTokens(),
                    record.outputTokens(),
                    record.reasoningTokens(),
                    record.estimated(),
                    dollars(record.amount()),
                    dollars(record.balanceAfter()),
                    harmless(record.serviceTier()),
                    units.audioInputTokens(),
                    units.imageInputTokens(),
                    units.audioOutputTokens(),
                    units.imageOutputTokens(),
                    units.images(),
                    harmless(units.imageVariant()),
                    units.audioSeconds(),
                    units.characters());
        } catch (IOException gone) {
            throw new Refused(gone);
        }
    }

    private static String dollars(Money amount) {
        return amount.toDollars().toPlainString();
    }

    /** Spreadsheets run texts that begin like a formula; an apostrophe makes them texts again. */
    private static String harmless(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
