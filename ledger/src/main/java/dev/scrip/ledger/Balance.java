package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wallet at one moment.
 *
 * @param credit what is granted and neither used nor expired: the figure shown as "balance"
 * @param scoped of that, what may be used for some models or projects only
 * @param held of the credit, what running requests and processes have set aside
 * @param inRecovery of what is held, the part of processes that have not been heard of for a while:
 *     it is free again when they are back or proven dead
 * @param nextExpiry when the next grant with something left ends; null: never
 * @param frozen true when verification found a difference: nothing is spent until it is resolved
 */
public record Balance(
        long organizationId,
        Money credit,
        Money scoped,
        Money held,
        Money inRecovery,
        @Nullable Instant nextExpiry,
        boolean frozen) {}
