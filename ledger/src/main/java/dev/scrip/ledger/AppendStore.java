package dev.scrip.ledger;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.postgres.Prepared;
import dev.scrip.postgres.SqlColumns;
import dev.scrip.postgres.Together;
import java.util.List;
import java.util.Set;

/**
 * Adds to the journal. What one transaction adds is a <em>batch</em> of one lane: entries, postings
 * and draws, sealed by a hash that continues the lane's chain.
 *
 * <p>The first statement locks the lane's head, which is the last lock of a transaction: whoever
 * holds it waits for nothing any more. What belongs to the lane and what belongs to organizations
 * are two statements, because they lie in different places when the tables are distributed; the
 * batch's number goes from one to the other inside the session, so that both are one round trip.
 */
final class AppendStore {

    private static final Prepared SEAL =
            Prepared.of(
                    """
            WITH head AS (
                INSERT INTO journal_head AS h (lane, batch_id, previous_hash, hash)
                VALUES (:lane, 1, decode(repeat('00', 32), 'hex'),
                    sha256(decode(repeat('00', 32), 'hex') || int8send(1) || :content))
                ON CONFLICT (lane) DO UPDATE SET batch_id = h.batch_id + 1, previous_hash = h.hash,
                    hash = sha256(h.hash || int8send(h.batch_id + 1) || :content)
                RETURNING batch_id, previous_hash, hash
            ), batch AS (
                INSERT INTO journal_batch (lane, batch_id, previous_hash, hash, entries, posted_at)
                SELECT :lane, batch_id, previous_hash, hash, :count, :at::timestamptz FROM head
            ), flow AS (
                INSERT INTO book_flow AS f (lane, day, from_account, to_account, amount)
                SELECT :lane, n.day, n.from_account, n.to_account, n.amount::numeric
                FROM head, unnest(:days::integer[], :froms::text[], :tos::text[],
                    :amounts::text[]) AS n (day, from_account, to_account, amount)
                ON CONFLICT (lane, day, from_account, to_account)
                    DO UPDATE SET amount = f.amount + EXCLUDED.amount
            )
            SELECT set_config('scrip.batch', batch_id::text, true) FROM head
            """);

    private static final Prepared ADD =
            Prepared.of(
                    """
            WITH entry AS (
                INSERT INTO journal_entry (organization_id, entry_id, kind, change, balance_after,
                    note, posted_at, batch_id)
                SELECT n.*, (SELECT current_setting('scrip.batch')::bigint)
                FROM unnest(:ids::bigint[], :entries::bigint[], :kinds::text[],
                    :changes::bigint[], :balances::bigint[], :notes::text[],
                    :times::timestamptz[]) AS n
            ), line AS (
                INSERT INTO posting (organization_id, entry_id, line, from_account, to_account,
                    amount, grant_id)
                SELECT * FROM unnest(:lineIds::bigint[], :lineEntries::bigint[], :lines::integer[],
                    :froms::text[], :tos::text[], :lineAmounts::bigint[], :lineGrants::bigint[])
            )
            INSERT INTO entry_draw (organization_id, entry_id, request_ids, grant_ids, amounts,
                days)
            SELECT n.organization_id, n.entry_id, (:requests::bigint[])[n.low \\: n.high],
                (:grants::bigint[])[n.low \\: n.high], (:amounts::bigint[])[n.low \\: n.high],
                (:days::integer[])[n.low \\: n.high]
            FROM unnest(:drawIds::bigint[], :drawEntries::bigint[], :lows::integer[],
                :highs::integer[]) AS n (organization_id, entry_id, low, high)
            """);

    /**
     * @param draws each belongs to one of the entries
     * @throws IllegalArgumentException if the entries are not of one lane, or a draw is of none
     */
    void append(Together writes, List<Entry> entries, List<GrantDraw> draws) {
        if (entries.isEmpty() && draws.isEmpty()) {
            return;
        }
        JournalBatch batch = new JournalBatch(entries, draws);
        Set<JournalBatch.Flow> flows = batch.flows().keySet();
        Together.Rows<String> _ =
                writes.read(
                        SEAL.on(writes.tx())
                                .bind("lane", batch.lane)
                                .bind("content", batch.content)
                                .bind("count", batch.entries.size())
                                .bind("at", batch.at.toString())
                                .bind("days", SqlColumns.array(days(flows)))
                                .bind("froms", SqlColumns.texts(flows, flow -> flow.from().label()))
                                .bind("tos", SqlColumns.texts(flows, flow -> flow.to().label()))
                                .bind(
                                        "amounts",
                                        SqlColumns.texts(batch.flows().values(), Object::toString)),
                        row -> row.getString(1));
        Prepared.Call add = ADD.on(writes.tx());
        bindEntries(add, batch);
        bindLines(add, batch.lines);
        bindDraws(add, batch.draws);
        writes.write(add);
    }

    private static int[] days(Set<JournalBatch.Flow> flows) {
        return flows.stream().mapToInt(JournalBatch.Flow::day).toArray();
    }

    private static void bindEntries(Prepared.Call statement, JournalBatch batch) {
        List<Entry> entries = batch.entries;
        statement
                .bind("ids", SqlColumns.longs(entries, Entry::organizationId))
                .bind("entries", SqlColumns.longs(entries, Entry::entryId))
                .bind("kinds", SqlColumns.texts(entries, entry -> entry.kind().name()))
                .bind("changes", SqlColumns.longs(entries, entry -> entry.change().nanos()))
                .bind("balances", SqlColumns.longs(entries, entry -> entry.balanceAfter().nanos()))
                .bind("notes", SqlColumns.texts(entries, Entry::note))
                .bind("times", SqlColumns.times(entries, Entry::postedAt));
    }

    private static void bindLines(Prepared.Call statement, JournalBatch.Lines lines) {
        statement
                .bind("lineIds", SqlColumns.array(lines.organizations))
                .bind("lineEntries", SqlColumns.array(lines.entries))
                .bind("lines", SqlColumns.array(lines.lines))
                .bind("froms", SqlColumns.array(lines.froms))
                .bind("tos", SqlColumns.array(lines.tos))
                .bind("lineAmounts", SqlColumns.array(lines.amounts))
                .bind("lineGrants", SqlColumns.array(lines.grants));
    }

    private static void bindDraws(Prepared.Call statement, JournalBatch.Draws draws) {
        statement
                .bind("drawIds", SqlColumns.longs(draws.entries(), Entry::organizationId))
                .bind("drawEntries", SqlColumns.longs(draws.entries(), Entry::entryId))
                .bind("lows", SqlColumns.array(draws.lows()))
                .bind("highs", SqlColumns.array(draws.highs()))
                .bind("requests", SqlColumns.array(draws.requests))
                .bind("grants", SqlColumns.array(draws.grants))
                .bind("amounts", SqlColumns.array(draws.amounts))
                .bind("days", SqlColumns.array(draws.days));
    }
}
