package dev.scrip.console;

import dev.scrip.metering.Metering;
import dev.scrip.metering.Units;
import dev.scrip.metering.UsageQuery;
import dev.scrip.metering.UsageRecord;
import dev.scrip.postgres.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Usage records as comma-separated values (RFC 4180): moments in UTC, amounts in dollars with all
 * nine decimals. It is for customers, so the upstream's cost is not in it.
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

    /** Writes the requests of a query, oldest first; ends when the reader of the file is gone. */
    static void write(Metering metering, UsageQuery query, Appendable out) throws IOException {
        UsageCsv csv = new UsageCsv(out);
        try {
            metering.forEach(query, csv::add);
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
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
                    Csv.harmless(record.endUser()),
                    Csv.harmless(record.endpoint()),
                    Csv.harmless(record.model()),
                    Csv.harmless(record.upstream()),
                    record.streamed(),
                    Csv.harmless(record.ending()),
                    record.inputTokens(),
                    record.cachedInputTokens(),
                    record.cacheWriteTokens(),
                    record.outputTokens(),
                    record.reasoningTokens(),
                    record.estimated(),
                    Csv.dollars(record.amount()),
                    Csv.dollars(record.balanceAfter()),
                    Csv.harmless(record.serviceTier()),
                    units.audioInputTokens(),
                    units.imageInputTokens(),
                    units.audioOutputTokens(),
                    units.imageOutputTokens(),
                    units.images(),
                    Csv.harmless(units.imageVariant()),
                    units.audioSeconds(),
                    units.characters());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
