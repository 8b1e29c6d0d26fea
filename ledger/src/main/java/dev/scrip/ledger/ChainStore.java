package dev.scrip.ledger;

import dev.scrip.ledger.Verification.Check;
import dev.scrip.postgres.SqlColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes the journal's chains of hashes. PostgreSQL computes here what {@link JournalBatch}
 * computes in Java when it writes: two programs of one definition, which stands in docs/ledger.md.
 */
final class ChainStore {

    private static final int FAULTS_MAX = 100;
    private static final int HASH_BYTES = 32;

    /**
     * @param fault null in the line that counts
     */
    private record Line(long compared, @Nullable String fault) {}

    /** A batch that does not follow the one before, or whose hash is not that of its content. */
    private static final String BATCHES =
            """
            WITH line AS (
                SELECT organization_id, entry_id, count(*)::integer AS lines,
                    string_agg(int4send(line)
                        || int4send(octet_length(from_account)) || convert_to(from_account, 'UTF8')
                        || int4send(octet_length(to_account)) || convert_to(to_account, 'UTF8')
                        || int8send(amount) || int8send(grant_id), ''::bytea ORDER BY line) AS bytes
                FROM posting GROUP BY organization_id, entry_id
            ), digested AS (
                SELECT (((hashint8(e.organization_id)::bigint + 2147483648) * :lanes) >> 32)
                        ::integer AS lane, e.batch_id, e.organization_id, e.entry_id,
                    sha256(int8send(e.organization_id) || int8send(e.entry_id)
                        || int8send(e.change) || int8send(e.balance_after)
                        || timestamptz_send(e.posted_at)
                        || int4send(octet_length(e.kind)) || convert_to(e.kind, 'UTF8')
                        || int4send(octet_length(e.note)) || convert_to(e.note, 'UTF8')
                        || int4send(coalesce(l.lines, 0)) || coalesce(l.bytes, '')
                        || coalesce(array_send(d.request_ids) || array_send(d.grant_ids)
                            || array_send(d.amounts) || array_send(d.days), '')) AS digest
                FROM journal_entry AS e
                    LEFT JOIN line AS l USING (organization_id, entry_id)
                    LEFT JOIN entry_draw AS d USING (organization_id, entry_id)
            ), content AS (
                SELECT lane, batch_id,
                    string_agg(digest, ''::bytea ORDER BY organization_id, entry_id) AS digests
                FROM digested GROUP BY lane, batch_id
            ), batch AS (
                SELECT *, coalesce(lag(batch_id) OVER chain, 0) + 1 AS next_id,
                    coalesce(lag(hash) OVER chain, decode(repeat('00', 32), 'hex')) AS last_hash
                FROM journal_batch WINDOW chain AS (PARTITION BY lane ORDER BY batch_id)
            ), checked AS (
                SELECT lane, batch_id,
                    CASE WHEN b.hash IS NULL THEN 'entries, but no batch'
                        WHEN batch_id <> next_id THEN 'batch ' || next_id || ' is missing before it'
                        WHEN b.previous_hash <> last_hash THEN 'does not continue the one before'
                        WHEN b.hash <> sha256(b.previous_hash || int8send(batch_id)
                            || sha256(int4send(lane) || int4send(b.entries)
                                || timestamptz_send(b.posted_at) || coalesce(c.digests, '')))
                        THEN 'its content is not what was sealed'
                    END AS fault
                FROM batch AS b FULL JOIN content AS c USING (lane, batch_id)
            )
            (SELECT count(*) AS compared, NULL AS fault FROM checked)
            UNION ALL
            (SELECT NULL, 'lane ' || lane || ', batch ' || batch_id || ': ' || fault FROM checked
            WHERE fault IS NOT NULL ORDER BY lane, batch_id LIMIT :most)
            """;

    /** A lane's head that is not its last batch. */
    private static final String HEADS =
            """
            WITH checked AS (
                SELECT lane, coalesce((h.batch_id, h.previous_hash, h.hash)
                    = (b.batch_id, b.previous_hash, b.hash), false) AS agrees
                FROM journal_head AS h FULL JOIN
                    (SELECT DISTINCT ON (lane) * FROM journal_batch ORDER BY lane, batch_id DESC)
                        AS b USING (lane)
            )
            SELECT count(*) AS compared, NULL AS fault FROM checked
            UNION ALL
            SELECT NULL, 'lane ' || lane || ': its head is not its last batch' FROM checked
            WHERE NOT agrees
            """;

    private static final String FLOWS =
            """
            WITH figures AS (
                SELECT lane, day, from_account, to_account, f.amount AS recorded,
                    p.amount AS recomputed
                FROM book_flow AS f FULL JOIN (
                    SELECT (((hashint8(organization_id)::bigint + 2147483648) * :lanes) >> 32)
                            ::integer AS lane,
                        (posted_at AT TIME ZONE 'UTC')::date - date '1970-01-01' AS day,
                        from_account, to_account, sum(amount) AS amount
                    FROM posting JOIN journal_entry USING (organization_id, entry_id)
                    GROUP BY 1, 2, 3, 4
                ) AS p USING (lane, day, from_account, to_account)
            )
            (SELECT count(*) AS compared, NULL AS fault FROM figures)
            UNION ALL
            (SELECT NULL, format('lane %s, %s, %s to %s: recorded %s, recomputed %s', lane,
                date '1970-01-01' + day, from_account, to_account, recorded, recomputed)
            FROM figures WHERE recorded IS DISTINCT FROM recomputed
            ORDER BY lane, day, from_account, to_account LIMIT :most)
            """;

    /** The checks that are of the whole platform and of no one organization. */
    List<Check> verify(Handle tx) {
        return List.of(
                check(
                        tx,
                        "I23 each batch of the journal is sealed and continues its chain",
                        BATCHES),
                check(tx, "I23 each chain's head is its last batch", HEADS),
                check(tx, "I18 what flowed between book accounts is the sum of postings", FLOWS));
    }

    private static Check check(Handle tx, String name, String sql) {
        List<Line> lines =
                tx.createQuery(sql)
                        .configure(
                                SqlStatements.class,
                                options -> options.setUnusedBindingAllowed(true))
                        .bind("lanes", Lanes.COUNT)
                        .bind("most", FAULTS_MAX)
                        .map(
                                (row, context) ->
                                        new Line(row.getLong("compared"), row.getString("fault")))
                        .list();
        long compared = 0;
        List<String> faults = new ArrayList<>();
        for (Line line : lines) {
            String fault = line.fault;
            if (fault == null) {
                compared = line.compared;
            } else {
                faults.add(fault);
            }
        }
        return new Check(name, compared, faults);
    }

    /** Where the chains end now. */
    JournalHead head(Handle tx) {
        List<Long> batches = new ArrayList<>(Collections.nCopies(Lanes.COUNT, 0L));
        tx.createQuery("SELECT lane, max(batch_id) AS batch_id FROM journal_batch GROUP BY lane")
                .map((row, context) -> batches.set(row.getInt("lane"), row.getLong("batch_id")))
                .list();
        return JournalHead.of(batches, new ArrayList<>(hashes(tx, batches).values()));
    }

    /** Whether the chains contain those that ended there; says in which lane they do not. */
    Check contains(Handle tx, JournalHead head) {
        Map<Integer, byte[]> hashes = hashes(tx, head.batches());
        List<String> faults = new ArrayList<>();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            if (!hashes.containsKey(lane)) {
                faults.add("lane %d has no batch %d".formatted(lane, head.batches().get(lane)));
            }
        }
        if (faults.isEmpty()
                && !JournalHead.of(head.batches(), new ArrayList<>(hashes.values())).equals(head)) {
            faults.add("the hashes up to there are others");
        }
        return new Check(
                "I23 the journal continues the one whose head was given",
                head.batchCount(),
                faults);
    }

    /** The hash of one batch of each lane; a lane whose batch there is not is left out. */
    private static Map<Integer, byte[]> hashes(Handle tx, List<Long> batches) {
        Map<Integer, byte[]> hashes = new TreeMap<>();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            if (batches.get(lane) == 0) {
                hashes.put(lane, new byte[HASH_BYTES]);
            }
        }
        tx.createQuery(
                        """
                        SELECT lane, hash FROM journal_batch JOIN unnest(:batches::bigint[])
                            WITH ORDINALITY AS n (batch_id, position)
                            ON n.position = lane + 1 AND n.batch_id = journal_batch.batch_id
                        """)
                .bind("batches", SqlColumns.longs(batches))
                .map((row, context) -> hashes.put(row.getInt("lane"), row.getBytes("hash")))
                .list();
        return hashes;
    }
}
