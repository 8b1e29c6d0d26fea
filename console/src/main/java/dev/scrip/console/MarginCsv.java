package dev.scrip.console;

import dev.scrip.metering.UsageSum;
import dev.scrip.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

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
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
            for (MarginRow row : rows) {
                UsageSum sum = row.sum();
                printer.printRecord(
                        harmless(row.model()),
                        sum.requests(),
                        sum.inputTokens(),
                        sum.cachedInputTokens(),
                        sum.outputTokens(),
                        sum.images(),
                        sum.audioSeconds(),
                        sum.characters(),
                        dollars(sum.amount()),
                        dollars(sum.costed()),
                        dollars(sum.upstreamCost()),
                        dollars(sum.margin()));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // a text in memory refuses nothing
        }
        return text.toString();
    }

    private static String dollars(Money amount) {
        return amount.toDollars().toPlainString();
    }

    /** Spreadsheets run texts that begin like a formula; an apostrophe makes them texts again. */
    private static String harmless(String text) {
        return text.isEmpty() || "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
