package dev.scrip.metering;

import dev.scrip.money.Money;

/**
 * Usage added up under one heading.
 *
 * @param group the day (ISO date), the model, or the id of the project or key, as asked for
 */
public record UsageSum(
        String group,
        long requests,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        Money amount) {

    UsageSum under(String heading) {
        return new UsageSum(
                heading, requests, inputTokens, cachedInputTokens, outputTokens, amount);
    }
}
