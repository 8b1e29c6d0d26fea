package dev.scrip.console;

import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A list of limits as comma-separated values (RFC 4180): moments in UTC, amounts in dollars. */
final class LimitCsv {

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180
                    .builder()
                    .setHeader(
                            "limit",
                            "of",
                            "subject",
                            "name",
                            "kind",
                            "period",
                            "amount",
                            "spent",
                            "left",
                            "percent",
                            "period_started_at",
                            "resets_at")
                    .get();

    private LimitCsv() {}

    static String write(List<LimitRow> rows) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
            for (LimitRow row : rows) {
                Subject subject = row.subject();
                printer.printRecord(
                        row.id(),
                        LimitSubjects.kindName(subject.kind()),
                        harmless(
                                subject.kind() == Subject.Kind.END_USER
                                        ? subject.id()
                                        : LimitSubjects.print(subject)),
                        harmless(row.whose()),
                        row.kind(),
                        LimitForm.name(row.state().budget().period()),
                        dollars(row.amount()),
                        row.hasSpent() ? dollars(row.spent()) : "",
                        row.hasSpent() ? dollars(row.view().left()) : "",
                        row.hasSpent() ? row.view().percent() : "",
                        row.state().startsAt(),
                        row.resetsAt());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // a text in memory refuses nothing
        }
        return text.toString();
    }

    private static String dollars(Money amount) {
        return amount.toDollars().toPlainString();
    }

    /** Spreadsheets run texts that begin like a formula; an apostrophe makes them texts again. */
    private static String harmless(String text) {
        return text.isEmpty() || "=+-@\t\r\n".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
