package dev.scrip.charging;

import dev.scrip.ledger.OperationKey;
import dev.scrip.money.Money;
import dev.scrip.pricing.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What a hold is captured for.
 *
 * @param amount null: what the usage costs by the price that was in force when it was held
 * @param usage for the usage record; null: not told, then there must be an amount
 */
public record CaptureOrder(
        long organizationId,
        long holdId,
        OperationKey key,
        @Nullable Money amount,
        @Nullable Usage usage) {

    public CaptureOrder {
        if (amount == null && usage == null) {
            throw new IllegalArgumentException("neither an amount nor usage");
        }
    }
}
