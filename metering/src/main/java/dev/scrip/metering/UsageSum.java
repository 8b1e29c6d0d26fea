package dev.scrip.metering;

import dev.scrip.money.Money;

/**
 * Usage added up under one heading.
 *
 * @param group the day (ISO date), the model, or the id of the project or key, as asked for
 * @param images pictures sold by the piece
 * @param costed of the amount, what requests brought whose cost at the upstream is known
 * @param upstreamCost what the upstreams ask of the operator for those
 */
public record UsageSum(
        String group,
        long requests,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        Money amount,
        long images,
        long audioSeconds,
        long characters,
        Money costed,
        Money upstreamCost) {

    /** Plain tokens, whose cost at the upstream is not known. */
    public UsageSum(
            String group,
            long requests,
            long inputTokens,
            long cachedInputTokens,
            long outputTokens,
            Money amount) {
        this(
                group,
                requests,
                inputTokens,
                cachedInputTokens,
                outputTokens,
                amount,
                0,
                0,
                0,
                Money.ZERO,
                Money.ZERO);
    }

    UsageSum under(String heading) {
        return new UsageSum(
                heading,
                requests,
                inputTokens,
                cachedInputTokens,
                outputTokens,
                amount,
                images,
                audioSeconds,
                characters,
                costed,
                upstreamCost);
    }

    /** What is left to the operator of what was brought, where the cost is known. */
    public Money margin() {
        return costed.minus(upstreamCost);
    }
}
