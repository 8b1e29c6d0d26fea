package dev.scrip.console;

import dev.scrip.metering.UsageSum;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** Margins by model as comma-separated values (RFC 4180), amounts in dollars. */
final class MarginCsv {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180
                    .builder()
                    .setHeader(
                            "model",
                            "requests",
                            "input_tokens",
                            "cached_input_tokens",
                            "output_tokens",
                            "images",
                            "audio_seconds",
                            "characters",
                            "charged",
                            "charged_with_known_cost",
                            "upstream_cost",
                            "margin")
                    .get();

    private MarginCsv() {}

    static String write(List<MarginRow> rows) {
        return Csv.text(
                FORMAT,
                printer -> {
                    for (MarginRow row : rows) {
                        UsageSum sum = row.sum();
                        printer.printRecord(
                                Csv.harmless(row.model()),
                                sum.requests(),
                                sum.inputTokens(),
                                sum.cachedInputTokens(),
                                sum.outputTokens(),
                                sum.images(),
                                sum.audioSeconds(),
                                sum.characters(),
                                Csv.dollars(sum.amount()),
                                Csv.dollars(sum.costed()),
                                Csv.dollars(sum.upstreamCost()),
                                Csv.dollars(sum.margin()));
                    }
                });
    }
}
