package dev.scrip.payments;

import java.time.YearMonth;

/**
 * A checked card on its way to the processor; it is never kept.
 *
 * @param number digits alone
 */
public record CardDetails(
        String number,
        CardBrand brand,
        YearMonth expiry,
        String cvc,
        String holder,
        BillingAddress address) {

    String last4() {
        return number.substring(number.length() - 4);
    }

    @Override
    public String toString() {
        return "CardDetails[" + brand + "]"; // never the number
    }
}
