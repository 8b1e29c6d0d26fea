package dev.scrip.pricing;

import java.util.List;

/**
 * What an import did.
 *
 * @param added how many prices (a model that changes its price later has several)
 * @param unchanged how many prices were in the book already
 * @param skipped one line for each model that was left out, with the reason
 * @param notes one line for each model with a figure the source does not give, and what was assumed
 */
public record ImportReport(int added, int unchanged, List<String> skipped, List<String> notes) {

    public ImportReport {
        skipped = List.copyOf(skipped);
        notes = List.copyOf(notes);
    }
}
