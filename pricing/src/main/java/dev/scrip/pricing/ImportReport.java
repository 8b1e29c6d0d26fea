package dev.scrip.pricing;

import java.util.List;

/**
 * What an import did.
 *
 * @param skipped one line for each model that was left out, with the reason
 */
public record ImportReport(int added, int unchanged, List<String> skipped) {

    public ImportReport {
        skipped = List.copyOf(skipped);
    }
}
