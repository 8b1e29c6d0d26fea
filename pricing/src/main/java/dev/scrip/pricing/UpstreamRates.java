package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.util.List;

/**
 * What an upstream charges the operator for a model, in pico-dollars. Never charged to anybody;
 * recorded beside the charge so that margins can be computed.
 *
 * @param tiers other rates for requests with long input, shortest first
 */
public record UpstreamRates(
        TokenRates rates, long picosPerRequest, UnitRates units, List<PriceTier> tiers) {

    public UpstreamRates {
        if (picosPerRequest < 0) {
            throw new IllegalArgumentException("a negative rate");
        }
        tiers = List.copyOf(tiers);
    }

    /** Plain tokens only. */
    public UpstreamRates(TokenRates rates) {
        this(rates, 0, UnitRates.NONE, List.of());
    }

    /**
     * What is asked of the operator for the usage, rounded up once; at most 9.2 million dollars.
     */
    public Money cost(Usage usage) {
        TokenRates reached = PriceTier.reached(rates, tiers, usage.inputTokens());
        return Tariff.sum(Tariff.lines(reached, units, picosPerRequest, usage));
    }
}
