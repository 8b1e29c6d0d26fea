package dev.scrip.console;

import dev.scrip.ledger.Subject;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

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
        return Csv.text(
                FORMAT,
                printer -> {
                    for (LimitRow row : rows) {
                        Subject subject = row.subject();
                        printer.printRecord(
                                row.id(),
                                LimitSubjects.kindName(subject.kind()),
                                Csv.harmless(
                                        subject.kind() == Subject.Kind.END_USER
                                                ? subject.id()
                                                : LimitSubjects.print(subject)),
                                Csv.harmless(row.whose()),
                                row.kind(),
                                LimitForm.name(row.state().budget().period()),
                                Csv.dollars(row.amount()),
                                row.hasSpent() ? Csv.dollars(row.spent()) : "",
                                row.hasSpent() ? Csv.dollars(row.view().left()) : "",
                                row.hasSpent() ? row.view().percent() : "",
                                row.state().startsAt(),
                                row.resetsAt());
                    }
                });
    }
}
