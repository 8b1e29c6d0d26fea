package dev.scrip.console;

import dev.scrip.money.Money;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

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

    /**
     * A file to be kept, named without its ending.
     *
     * @param lines a text, or what writes one
     */
    static Response download(String name, Object lines) {
        return Response.ok(lines, "text/csv; charset=utf-8")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"%s.csv\"".formatted(name))
                .build();
    }

    static String dollars(Money amount) {
        return amount.toDollars().toPlainString();
    }

    /** Spreadsheets run texts that begin like a formula; an apostrophe makes them texts again. */
    static String harmless(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
