package dev.scrip.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An amount in nano-dollars: a billionth of one unit of the installation's currency.
 *
 * <p>A {@code long} holds amounts up to 9,223,372,036.854775807 dollars. Arithmetic is exact: what
 * does not fit throws {@link ArithmeticException} instead of wrapping. There is no floating point
 * and no rounding but in {@link #ofPicosRoundedUp}.
 *
 * @param nanos the amount; negative amounts are legal values (an adjustment can take away)
 */
public record Money(long nanos) implements Comparable<Money> {

    public static final Money ZERO = new Money(0);

    private static final int SCALE = 9;
    private static final long PICOS_PER_NANO = 1_000;

    public static Money ofNanos(long nanos) {
        return nanos == 0 ? ZERO : new Money(nanos);
    }

    /**
     * The amount of whole and fractional dollars.
     *
     * @throws ArithmeticException if it is finer than a nano-dollar or too large
     */
    public static Money ofDollars(BigDecimal dollars) {
        return ofNanos(dollars.movePointRight(SCALE).longValueExact());
    }

    /** {@link #ofDollars(BigDecimal)} of a literal such as {@code "4.99"}. */
    public static Money ofDollars(String dollars) {
        return ofDollars(new BigDecimal(dollars));
    }

    /**
     * What a person typed into a form: digits with at most nine decimals, with an optional dollar
     * sign and thousands commas. Empty if it is no such amount or too large.
     */
    public static Optional<Money> parse(String typed) {
        String digits = typed.strip().replaceFirst("^\\$\\s*", "");
        if (!digits.matches("(\\d{1,3}(,\\d{3})+|\\d{1,10})(\\.\\d{1,9})?")) {
            return Optional.empty();
        }
        try {
            return Optional.of(ofDollars(digits.replace(",", "")));
        } catch (ArithmeticException tooLarge) {
            return Optional.empty();
        }
    }

    /**
     * The one rounding of the product: a charge is computed exactly in pico-dollars and rounded up
     * to the next nano-dollar, once.
     *
     * @param picos pico-dollars, not negative
     */
    public static Money ofPicosRoundedUp(long picos) {
        if (picos < 0) {
            throw new IllegalArgumentException("negative pico-dollars: " + picos);
        }
        return ofNanos(Math.ceilDiv(picos, PICOS_PER_NANO));
    }

    public Money plus(Money other) {
        return ofNanos(Math.addExact(nanos, other.nanos));
    }

    public Money minus(Money other) {
        return ofNanos(Math.subtractExact(nanos, other.nanos));
    }

    public Money times(long factor) {
        return ofNanos(Math.multiplyExact(nanos, factor));
    }

    /** One of so many equal parts, rounded down; for sizing, never for charging. */
    public Money sharedBy(long parts) {
        return ofNanos(Math.floorDiv(nanos, parts));
    }

    public Money negated() {
        return ofNanos(Math.negateExact(nanos));
    }

    public Money min(Money other) {
        return nanos <= other.nanos ? this : other;
    }

    public Money max(Money other) {
        return nanos >= other.nanos ? this : other;
    }

    /**
     * How many of {@code parts} equal parts of {@code whole} this amount fills, rounded down: the
     * percentage of a limit with 100 parts, or with 7 the whole days that a balance lasts at the
     * pace of a week. For people to look at, never to compute money with.
     *
     * @param whole positive
     * @return at most {@link Long#MAX_VALUE}; zero for negative amounts
     */
    public long shareOf(Money whole, int parts) {
        if (!whole.isPositive() || parts < 1) {
            throw new IllegalArgumentException("no share of %s in %d".formatted(whole, parts));
        }
        return BigInteger.valueOf(Math.max(0, nanos))
                .multiply(BigInteger.valueOf(parts))
                .divide(BigInteger.valueOf(whole.nanos))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    public boolean isZero() {
        return nanos == 0;
    }

    public boolean isPositive() {
        return nanos > 0;
    }

    public boolean isNegative() {
        return nanos < 0;
    }

    public boolean isLessThan(Money other) {
        return nanos < other.nanos;
    }

    /** Whole and fractional dollars, with nine decimals. */
    public BigDecimal toDollars() {
        return BigDecimal.valueOf(nanos, SCALE);
    }

    /** Dollars to the nano-dollar, without trailing zeros but with at least cents: {@code 4.99}. */
    public String exact() {
        BigDecimal dollars = toDollars().stripTrailingZeros();
        return (dollars.scale() < 2 ? dollars.setScale(2) : dollars).toPlainString();
    }

    /**
     * Dollars and cents for headings: {@code 4.99}. Rounded down, so that a shown balance is never
     * more than there is; {@link #exact()} is the figure to compute with.
     */
    public String cents() {
        return toDollars().setScale(2, RoundingMode.FLOOR).toPlainString();
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    @Override
    public String toString() {
        return exact();
    }
}
