package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wallet at one moment.
 *
 * @param credit what is granted and neither used nor expired: the figure shown as "balance"
 * @param held of that, what running requests and processes have set aside
 * @param nextExpiry when the next grant with something left ends; null: never
 * @param frozen true when verification found a difference: nothing is spent until it is resolved
 */
public record Balance(
        long organizationId,
        Money credit,
        Money held,
        @Nullable Instant nextExpiry,
        boolean frozen) {}
