package dev.scrip.ledger;

import dev.scrip.money.Money;
import java.util.Optional;

/**
 * Something that was used, to be charged in one step.
 *
 * @param requestId names it in the usage records; must be new
 * @param model only a name here: credit may be bound to it; empty: none
 * @param amount not negative; zero is legal
 * @param refusal it is refused for this, found before the ledger was asked; to be remembered
 */
public record UsageOrder(
        OperationKey key,
        Payer payer,
        long requestId,
        String model,
        Money amount,
        Optional<Refusal> refusal) {

    public UsageOrder {
        if (amount.isNegative()) {
            throw new IllegalArgumentException("a charge must not be negative: " + amount);
        }
    }
}
