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

    public static final UsageSum NOTHING = new UsageSum("", 0, 0, 0, 0, Money.ZERO);

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

    /** Both together, under the heading of this one. */
    public UsageSum plus(UsageSum other) {
        return new UsageSum(
                group,
                Math.addExact(requests, other.requests),
                Math.addExact(inputTokens, other.inputTokens),
                Math.addExact(cachedInputTokens, other.cachedInputTokens),
                Math.addExact(outputTokens, other.outputTokens),
                amount.plus(other.amount),
                Math.addExact(images, other.images),
                Math.addExact(audioSeconds, other.audioSeconds),
                Math.addExact(characters, other.characters),
                costed.plus(other.costed),
                upstreamCost.plus(other.upstreamCost));
    }

    /** What is left to the operator of what was brought, where the cost is known. */
    public Money margin() {
        return costed.minus(upstreamCost);
    }
}
