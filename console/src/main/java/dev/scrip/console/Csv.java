package dev.scrip.console;

import dev.scrip.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A page's figures as comma-separated values (RFC 4180): moments in UTC, amounts in dollars. */
final class Csv {

    /** Prints the lines below the heading. */
    interface Lines {
        void print(CSVPrinter printer) throws IOException;
    }

    private Csv() {}

    static String text(CSVFormat format, Lines lines) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            lines.print(printer);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // a text in memory refuses nothing
        }
        return text.toString();
    }

    static String dollars(Money amount) {
        return amount.toDollars().toPlainString();
    }

    /** Spreadsheets run texts that begin like a formula; an apostrophe makes them texts again. */
    static String harmless(String text) {
        return text.isEmpty() || "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
