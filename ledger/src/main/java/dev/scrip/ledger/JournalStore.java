package dev.scrip.ledger;

import dev.scrip.money.Money;
import dev.scrip.postgres.SqlColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What people read of the journal, and the events they are told. */
final class JournalStore {

    /** Newest first; lines that changed nothing (batches of free requests) are left out. */
    List<JournalEntry> history(
            Handle tx, long organizationId, Optional<Long> beforeEntryId, int limit) {
        return tx.createQuery(
                        """
                        SELECT entry_id, kind, change, balance_after, note, posted_at
                        FROM journal_entry
                        WHERE organization_id = :organization AND entry_id < :before
                            AND (change <> 0 OR kind <> 'CHARGE')
                        ORDER BY entry_id DESC LIMIT :limit
                        """)
                .bind("organization", organizationId)
                .bind("before", beforeEntryId.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map(
                        (row, context) ->
                                new JournalEntry(
                                        organizationId,
                                        row.getLong("entry_id"),
                                        row.getString("kind"),
                                        Money.ofNanos(row.getLong("change")),
                                        Money.ofNanos(row.getLong("balance_after")),
                                        row.getString("note"),
                                        SqlColumns.time(row, "posted_at")))
                .list();
    }

    List<RequestDraw> drawsOf(Handle tx, long organizationId, long entryId, long requestId) {
        return tx.createQuery(
                        """
                        SELECT d.grant_id, d.amount, g.kind, g.note
                        FROM entry_draw AS e
                            CROSS JOIN unnest(e.request_ids, e.grant_ids, e.amounts)
                                AS d (request_id, grant_id, amount)
                            LEFT JOIN credit_grant AS g
                                ON g.organization_id = e.organization_id AND g.grant_id = d.grant_id
                        WHERE e.organization_id = :organization AND e.entry_id = :entry
                            AND d.request_id = :request
                        ORDER BY d.grant_id
                        """)
                .bind("organization", organizationId)
                .bind("entry", entryId)
                .bind("request", requestId)
                .map(
                        (row, context) -> {
                            String kind = row.getString("kind");
                            String note = row.getString("note");
                            return new RequestDraw(
                                    organizationId,
                                    requestId,
                                    row.getLong("grant_id"),
                                    kind == null ? null : GrantKind.valueOf(kind),
                                    note == null ? "" : note,
                                    entryId,
                                    Money.ofNanos(row.getLong("amount")));
                        })
                .list();
    }

    /** All charges of each organization that has any, what the platform bears included. */
    Map<Long, Money> chargedTotals(Handle tx) {
        Map<Long, Money> totals = new HashMap<>();
        tx.createQuery(
                        """
                        SELECT organization_id, sum(amount)::bigint AS charged FROM posting
                        WHERE to_account IN ('revenue_paid', 'revenue_given', 'revenue_lost')
                        GROUP BY organization_id
                        """)
                .map(
                        (row, context) ->
                                Map.entry(
                                        row.getLong("organization_id"),
                                        Money.ofNanos(row.getLong("charged"))))
                .forEach(total -> totals.put(total.getKey(), total.getValue()));
        return totals;
    }

    void insertEvents(Handle tx, Collection<LedgerEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        tx.createUpdate(
                        """
                        INSERT INTO ledger_event (organization_id, event_id, kind, threshold, value,
                            happened_at, subject, period)
                        SELECT * FROM unnest(:ids::bigint[], :events::bigint[], :kinds::text[],
                            :thresholds::bigint[], :values::bigint[], :times::timestamptz[],
                            :subjects::text[], :periods::text[])
                        """)
                .bind("ids", SqlColumns.longs(events, LedgerEvent::organizationId))
                .bind("events", SqlColumns.longs(events, LedgerEvent::eventId))
                .bind("kinds", SqlColumns.texts(events, event -> event.kind().name()))
                .bind("thresholds", SqlColumns.longs(events, event -> event.threshold().nanos()))
                .bind("values", SqlColumns.longs(events, event -> event.value().nanos()))
                .bind("times", SqlColumns.times(events, LedgerEvent::at))
                .bind("subjects", SqlColumns.texts(events, JournalStore::subject))
                .bind("periods", SqlColumns.texts(events, JournalStore::period))
                .execute();
    }

    private static String subject(LedgerEvent event) {
        Subject subject = event.subject();
        return subject == null ? "" : subject.text();
    }

    private static String period(LedgerEvent event) {
        BudgetPeriod period = event.period();
        return period == null ? "" : period.name();
    }

    /** Where an event is. */
    record EventPlace(long organizationId, long eventId) {}

    /** Where the oldest events are. */
    List<EventPlace> oldestEvents(Handle tx, int limit) {
        return tx.createQuery(
                        """
                        SELECT organization_id, event_id FROM ledger_event
                        ORDER BY event_id LIMIT :limit
                        """)
                .bind("limit", limit)
                .map((row, context) -> new EventPlace(row.getLong(1), row.getLong(2)))
                .list();
    }

    /** Removes events that no other taker has in hand, and answers them, the oldest first. */
    List<LedgerEvent> takeEvents(
            Handle tx, Collection<Long> organizations, Collection<Long> wanted) {
        List<LedgerEvent> events =
                tx.createQuery(
                                """
                                SELECT organization_id, event_id, kind, threshold, value,
                                    happened_at, subject, period
                                FROM ledger_event
                                WHERE organization_id = ANY(:organizations)
                                    AND event_id = ANY(:events)
                                ORDER BY event_id FOR UPDATE SKIP LOCKED
                                """)
                        .bind("organizations", SqlColumns.longs(organizations))
                        .bind("events", SqlColumns.longs(wanted))
                        .map((row, context) -> event(row))
                        .list();
        if (!events.isEmpty()) {
            tx.createUpdate(
                            """
                            DELETE FROM ledger_event
                            WHERE organization_id = ANY(:organizations) AND event_id = ANY(:events)
                            """)
                    .bind("organizations", SqlColumns.longs(events, LedgerEvent::organizationId))
                    .bind("events", SqlColumns.longs(events, LedgerEvent::eventId))
                    .execute();
        }
        return events;
    }

    private static LedgerEvent event(ResultSet row) throws SQLException {
        String subject = row.getString("subject");
        String period = row.getString("period");
        return new LedgerEvent(
                row.getLong("organization_id"),
                row.getLong("event_id"),
                LedgerEvent.Kind.valueOf(row.getString("kind")),
                Money.ofNanos(row.getLong("threshold")),
                Money.ofNanos(row.getLong("value")),
                SqlColumns.time(row, "happened_at"),
                subject.isEmpty() ? null : Subject.parse(subject),
                period.isEmpty() ? null : BudgetPeriod.valueOf(period));
    }
}
