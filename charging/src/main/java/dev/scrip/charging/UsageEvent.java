package dev.scrip.charging;

import dev.scrip.ledger.OperationKey;
import dev.scrip.ledger.Payer;
import dev.scrip.money.Money;
import dev.scrip.pricing.Usage;
import java.time.Instant;

/**
 * Something that was used elsewhere, to be charged here.
 *
 * @param model empty: none is told; legal with a known amount only
 * @param happenedAt decides the price; everything counts when it is charged
 */
public record UsageEvent(
        OperationKey key, Payer payer, String model, Cost cost, Instant happenedAt) {

    /** What it costs, or what that is to be computed from. */
    public sealed interface Cost {

        /** Known to the caller; not negative. */
        record Known(Money amount) implements Cost {}

        /** To be priced by the price book. */
        record Used(Usage usage) implements Cost {}
    }
}
