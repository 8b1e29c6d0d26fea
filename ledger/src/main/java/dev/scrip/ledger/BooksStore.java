package dev.scrip.ledger;

import dev.scrip.ledger.BookMonth.Deferred;
import dev.scrip.money.Money;
import dev.scrip.postgres.SqlColumns;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The journal as accountants ask for it. Sums beyond what {@link Money} holds throw. */
final class BooksStore {

    private record Flow(BookAccount from, BookAccount to, Money amount) {}

    private record Movements(
            YearMonth month,
            Money purchased,
            Money expired,
            Money refunded,
            Money given,
            Money givenExpired,
            Money paid,
            Money usedGiven,
            Money lost) {}

    /**
     * The balance behind the last entry before a moment. A wallet's entries never go back in time,
     * so halving finds it; that costs no index.
     */
    Money balanceAt(Handle tx, long organizationId, Instant before) {
        long low = 0;
        long high =
                tx.createQuery(
                                """
                                SELECT coalesce(max(entry_id), 0) FROM journal_entry
                                WHERE organization_id = :organization
                                """)
                        .bind("organization", organizationId)
                        .mapTo(Long.class)
                        .one();
        Money balance = Money.ZERO;
        while (low < high) {
            long middle = high - (high - low) / 2;
            JournalEntry entry = entry(tx, organizationId, middle);
            if (entry.postedAt().isBefore(before)) {
                low = middle;
                balance = entry.balanceAfter();
            } else {
                high = middle - 1;
            }
        }
        return balance;
    }

    private static JournalEntry entry(Handle tx, long organizationId, long entryId) {
        return tx.createQuery(
                        """
                        SELECT kind, change, balance_after, note, posted_at FROM journal_entry
                        WHERE organization_id = :organization AND entry_id = :entry
                        """)
                .bind("organization", organizationId)
                .bind("entry", entryId)
                .map(
                        (row, context) ->
                                new JournalEntry(
                                        organizationId,
                                        entryId,
                                        row.getString("kind"),
                                        Money.ofNanos(row.getLong("change")),
                                        Money.ofNanos(row.getLong("balance_after")),
                                        row.getString("note"),
                                        SqlColumns.time(row, "posted_at")))
                .one();
    }

    /** Whole days come from their sums; what a day has before the moment, from the journal. */
    TrialBalance trialBalance(Handle tx, Instant before) {
        int day = Days.of(before);
        Instant dayStart = Days.start(day);
        Map<BookAccount, Money> debits = new EnumMap<>(BookAccount.class);
        Map<BookAccount, Money> credits = new EnumMap<>(BookAccount.class);
        List<Flow> flows = new ArrayList<>(flowsOfDaysBefore(tx, day));
        if (before.isAfter(dayStart)) {
            flows.addAll(flowsBetween(tx, dayStart, before));
        }
        for (Flow flow : flows) {
            debits.merge(flow.from, flow.amount, Money::plus);
            credits.merge(flow.to, flow.amount, Money::plus);
        }
        List<TrialBalance.Line> lines = new ArrayList<>();
        for (BookAccount account : BookAccount.values()) {
            lines.add(
                    new TrialBalance.Line(
                            account.label(),
                            account.nature().label(),
                            debits.getOrDefault(account, Money.ZERO),
                            credits.getOrDefault(account, Money.ZERO)));
        }
        return new TrialBalance(before, lines);
    }

    private static List<Flow> flowsOfDaysBefore(Handle tx, int day) {
        return tx.createQuery(
                        """
                        SELECT from_account, to_account, sum(amount) AS amount FROM book_flow
                        WHERE day < :day GROUP BY from_account, to_account
                        """)
                .bind("day", day)
                .map((row, context) -> flow(row))
                .list();
    }

    private static List<Flow> flowsBetween(Handle tx, Instant from, Instant before) {
        return tx.createQuery(
                        """
                        SELECT from_account, to_account, sum(amount) AS amount
                        FROM posting JOIN journal_entry USING (organization_id, entry_id)
                        WHERE posted_at >= :from AND posted_at < :before
                        GROUP BY from_account, to_account
                        """)
                .bind("from", from)
                .bind("before", before)
                .map((row, context) -> flow(row))
                .list();
    }

    private static Flow flow(ResultSet row) throws SQLException {
        return new Flow(
                account(row.getString("from_account")),
                account(row.getString("to_account")),
                money(row.getBigDecimal("amount")));
    }

    private static BookAccount account(String label) {
        return BookAccount.valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** Every month from the first one with a posting to the last one, in their order. */
    List<BookMonth> months(Handle tx) {
        List<BookMonth> months = new ArrayList<>();
        Money opening = Money.ZERO;
        for (Movements moved : movements(tx)) {
            while (!months.isEmpty()
                    && months.getLast().month().plusMonths(1).isBefore(moved.month)) {
                months.add(month(nothing(months.getLast().month().plusMonths(1)), opening));
            }
            BookMonth month = month(moved, opening);
            months.add(month);
            opening = month.deferred().closing();
        }
        return months;
    }

    private static Movements nothing(YearMonth month) {
        return new Movements(
                month,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO,
                Money.ZERO);
    }

    private static BookMonth month(Movements moved, Money opening) {
        return new BookMonth(
                moved.month,
                new Deferred(opening, moved.purchased, moved.paid, moved.expired, moved.refunded),
                moved.paid,
                moved.usedGiven,
                moved.expired,
                moved.given,
                moved.givenExpired,
                moved.lost);
    }

    /**
     * Charges are of no one grant and their accounts tell what was paid for; all other postings are
     * of one grant, whose kind tells it.
     */
    private static List<Movements> movements(Handle tx) {
        return tx.createQuery(
                        """
                        WITH used AS (
                            SELECT to_char(date '1970-01-01' + day, 'YYYY-MM') AS month,
                                sum(amount) FILTER (WHERE to_account = 'revenue_paid') AS paid,
                                sum(amount) FILTER (WHERE to_account = 'revenue_given')
                                    AS used_given,
                                sum(amount) FILTER (WHERE to_account = 'revenue_lost') AS lost
                            FROM book_flow GROUP BY 1
                        ), moved AS (
                            SELECT to_char(e.posted_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
                                p.amount, g.kind = 'PURCHASE' AS bought,
                                p.from_account IN ('credit', 'scheduled') AS leaves,
                                p.to_account IN ('credit', 'scheduled') AS arrives,
                                p.to_account = 'breakage' AS expires
                            FROM posting AS p
                                JOIN journal_entry AS e ON e.organization_id = p.organization_id
                                    AND e.entry_id = p.entry_id
                                JOIN credit_grant AS g ON g.organization_id = p.organization_id
                                    AND g.grant_id = p.grant_id
                            WHERE p.grant_id <> 0
                        ), granted AS (
                            SELECT month,
                                sum(amount) FILTER (WHERE bought AND arrives AND NOT leaves)
                                    AS purchased,
                                sum(amount) FILTER (WHERE bought AND expires) AS expired,
                                sum(amount) FILTER
                                    (WHERE bought AND leaves AND NOT arrives AND NOT expires)
                                    AS refunded,
                                sum(amount) FILTER (WHERE NOT bought AND arrives AND NOT leaves)
                                    AS given,
                                sum(amount) FILTER (WHERE NOT bought AND expires) AS given_expired
                            FROM moved GROUP BY month
                        )
                        SELECT month, purchased, expired, refunded, given, given_expired, paid,
                            used_given, lost
                        FROM used FULL JOIN granted USING (month) ORDER BY month
                        """)
                .map(
                        (row, context) ->
                                new Movements(
                                        YearMonth.parse(row.getString("month")),
                                        money(row.getBigDecimal("purchased")),
                                        money(row.getBigDecimal("expired")),
                                        money(row.getBigDecimal("refunded")),
                                        money(row.getBigDecimal("given")),
                                        money(row.getBigDecimal("given_expired")),
                                        money(row.getBigDecimal("paid")),
                                        money(row.getBigDecimal("used_given")),
                                        money(row.getBigDecimal("lost"))))
                .list();
    }

    private static Money money(@Nullable BigDecimal nanos) {
        return nanos == null ? Money.ZERO : Money.ofNanos(nanos.longValueExact());
    }
}
