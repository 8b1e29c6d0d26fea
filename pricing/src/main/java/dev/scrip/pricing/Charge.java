package dev.scrip.pricing;

import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.util.List;

/**
 * What one request cost, and how that was computed.
 *
 * @param amount the lines' sum, rounded up once to a nano-dollar
 */
public record Charge(Money amount, Usage usage, long priceId, List<Line> lines) {

    private static final int PICO_SCALE = 12;

    public Charge {
        lines = List.copyOf(lines);
    }

    /**
     * @param what "input tokens", "cached input tokens", "cache write tokens", "output tokens",
     *     "request"
     */
    public record Line(String what, long quantity, long picosEach, long picos) {

        /** What the line comes to in dollars, not rounded: up to twelve decimals. */
        public BigDecimal dollars() {
            return BigDecimal.valueOf(picos, PICO_SCALE);
        }

        /** What one of it costs in dollars, not rounded: up to twelve decimals. */
        public BigDecimal dollarsEach() {
            return BigDecimal.valueOf(picosEach, PICO_SCALE);
        }
    }

    /** The lines' sum in dollars, before it was rounded: up to twelve decimals. */
    public BigDecimal dollarsUnrounded() {
        return lines.stream().map(Line::dollars).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
