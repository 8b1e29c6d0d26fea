package dev.scrip.console;

import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceTier;
import dev.scrip.pricing.PublishedRate;
import dev.scrip.pricing.TokenRates;
import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Prices as comma-separated values (RFC 4180): a line for each figure, in dollars. */
final class PriceCsv {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180
                    .builder()
                    .setHeader(
                            "model",
                            "service_tier",
                            "what",
                            "per",
                            "above_input_tokens",
                            "dollars",
                            "effective_from",
                            "source")
                    .get();

    private static final String TOKENS = "1M tokens";

    private final CSVPrinter printer;

    private PriceCsv(CSVPrinter printer) {
        this.printer = printer;
    }

    static String write(List<Price> prices) {
        return Csv.text(
                FORMAT,
                printer -> {
                    PriceCsv csv = new PriceCsv(printer);
                    for (Price price : prices) {
                        csv.add(price);
                    }
                });
    }

    private void add(Price price) throws IOException {
        if (price.chargesTokens() || price.isFree()) {
            add(price, 0, price.rates());
            for (PriceTier tier : price.tiers()) {
                add(price, tier.aboveInputTokens(), tier.rates());
            }
        }
        for (PublishedRate rate : price.otherRates()) {
            line(price, rate.what(), rate.per(), 0, rate.dollars().toPlainString());
        }
    }

    private void add(Price price, long above, TokenRates rates) throws IOException {
        line(price, "Input", TOKENS, above, rates.inputPerMillion().exact());
        line(price, "Cached input", TOKENS, above, rates.cachedInputPerMillion().exact());
        line(price, "Cache write", TOKENS, above, rates.cacheWritePerMillion().exact());
        line(price, "Output", TOKENS, above, rates.outputPerMillion().exact());
    }

    private void line(Price price, String what, String per, long above, String dollars)
            throws IOException {
        printer.printRecord(
                Csv.harmless(price.model()),
                price.serviceTier(),
                what,
                per,
                above,
                dollars,
                price.effectiveFrom(),
                Csv.harmless(price.source()));
    }
}
