package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.util.List;

/**
 * What one request cost, and how that was computed.
 *
 * @param amount the lines' sum, rounded up once to a nano-dollar
 */
public record Charge(Money amount, Usage usage, long priceId, List<Line> lines) {

    public Charge {
        lines = List.copyOf(lines);
    }

    /**
     * @param what "input tokens", "cached input tokens", "output tokens", "request"
     */
    public record Line(String what, long quantity, long picosEach, long picos) {}
}
