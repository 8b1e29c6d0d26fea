package dev.scrip.console;

import dev.scrip.metering.UsageSum;
import dev.scrip.money.Money;

/** A model of all organizations together: what it brought and what the upstreams asked for it. */
public record MarginRow(UsageSum sum) {

    private static final int HUNDRED = 100;

    public String model() {
        return sum.group();
    }

    /** Whether any cost is known. */
    public boolean isCosted() {
        return sum.costed().isPositive() || sum.upstreamCost().isPositive();
    }

    /** How much of what it brought has a known cost, in percent, rounded down. */
    public long costedPercent() {
        return percent(sum.costed(), sum.amount());
    }

    /** The margin in percent of what the requests with a known cost brought, towards zero. */
    public long marginPercent() {
        Money margin = sum.margin();
        return margin.isNegative()
                ? -percent(margin.negated(), sum.costed())
                : percent(margin, sum.costed());
    }

    private static long percent(Money part, Money whole) {
        return whole.isPositive() ? part.shareOf(whole, HUNDRED) : 0;
    }
}
