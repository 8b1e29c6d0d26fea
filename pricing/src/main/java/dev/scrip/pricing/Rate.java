package dev.scrip.pricing;

import java.math.BigDecimal;

/** How prices are published, turned into ours without rounding. */
final class Rate {

    /** A dollar for a million tokens is a million pico-dollars for one. */
    private static final int PICOS_PER_TOKEN_DIGITS = 6;

    /** A dollar for a thousand requests is a thousand million pico-dollars for one. */
    private static final int PICOS_PER_REQUEST_DIGITS = 9;

    private static final int PICOS_PER_DOLLAR_DIGITS = 12;

    private Rate() {}

    /**
     * @throws ArithmeticException if it is finer than a pico-dollar, or too large
     */
    static long picosPerToken(BigDecimal dollarsPerMillionTokens) {
        return dollarsPerMillionTokens.movePointRight(PICOS_PER_TOKEN_DIGITS).longValueExact();
    }

    /**
     * @throws ArithmeticException if it is finer than a pico-dollar, or too large
     */
    static long picosPerRequest(BigDecimal dollarsPerThousandRequests) {
        return dollarsPerThousandRequests.movePointRight(PICOS_PER_REQUEST_DIGITS).longValueExact();
    }

    /**
     * @throws ArithmeticException if it is finer than a pico-dollar, or too large
     */
    static long picosEach(BigDecimal dollarsEach) {
        return dollarsEach.movePointRight(PICOS_PER_DOLLAR_DIGITS).longValueExact();
    }
}
