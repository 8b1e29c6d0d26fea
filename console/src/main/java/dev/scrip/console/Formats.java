package dev.scrip.console;

import dev.scrip.money.Money;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.format.TextStyle;
import java.util.Currency;
import java.util.Locale;

/**
 * How amounts, numbers and times are written for one reader: the only formatter of the pages.
 *
 * @param locale decides separators and the order of dates; the words stay English
 * @param zone times are shown in it
 */
public record Formats(Locale locale, ZoneId zone) {

    private static final Currency CURRENCY = Currency.getInstance("USD");

    /** For headings and columns: rounded down to cents, as {@link Money#cents()} does. */
    public String cents(Money amount) {
        return dollars(new BigDecimal(amount.cents()));
    }

    /** To the nano-dollar. */
    public String exact(Money amount) {
        return dollars(new BigDecimal(amount.exact()));
    }

    /**
     * Dollars with all the decimals they have, such as the price of one token. Only dresses digits:
     * what is rounded, and how, is the business of {@link Money}.
     */
    public String dollars(BigDecimal dollars) {
        NumberFormat format = NumberFormat.getCurrencyInstance(locale);
        format.setCurrency(CURRENCY);
        format.setMinimumFractionDigits(2);
        format.setMaximumFractionDigits(Math.max(2, dollars.scale()));
        return format.format(dollars);
    }

    /** Whether cents hide something. */
    public boolean finerThanCents(Money amount) {
        return !cents(amount).equals(exact(amount));
    }

    public String number(long count) {
        return NumberFormat.getIntegerInstance(locale).format(count);
    }

    public String date(Instant moment) {
        return dates(FormatStyle.MEDIUM).format(moment.atZone(zone));
    }

    public String day(LocalDate day) {
        return dates(FormatStyle.MEDIUM).format(day);
    }

    public String month(YearMonth month) {
        return month.getMonth().getDisplayName(TextStyle.FULL_STANDALONE, Locale.ENGLISH)
                + " "
                + month.getYear();
    }

    public String dateTime(Instant moment) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(locale)
                .format(moment.atZone(zone));
    }

    /** For {@code <time datetime>}. */
    public String machine(Instant moment) {
        return moment.toString();
    }

    public String zoneName() {
        return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }

    private DateTimeFormatter dates(FormatStyle style) {
        return DateTimeFormatter.ofLocalizedDate(style).withLocale(locale);
    }
}
