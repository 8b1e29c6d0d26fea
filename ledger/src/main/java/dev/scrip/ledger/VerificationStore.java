package dev.scrip.ledger;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The questions of a verification. Each is a query of figures: whose, which row, what is recorded
 * and what it comes to when it is recomputed from other records.
 */
final class VerificationStore {

    private static final int DIFFERENCES_MAX = 100;

    /**
     * @param name the invariant, as {@code docs/ledger.md} has it
     * @param row what a row of figures is about
     */
    record Question(String name, String row, String figures) {}

    private record Figure(
            @Nullable Long organizationId,
            long id,
            @Nullable BigDecimal recorded,
            @Nullable BigDecimal recomputed) {}

    static final List<Question> QUESTIONS =
            List.of(
                    new Question(
                            "I1 an entry changes the balance by what its postings move",
                            "entry",
                            """
                            SELECT organization_id, entry_id AS id, e.change::numeric AS recorded,
                                coalesce(p.moved, 0)::numeric AS recomputed
                            FROM journal_entry AS e FULL JOIN
                                (SELECT organization_id, entry_id,
                                    sum(CASE WHEN to_account = 'credit' THEN amount ELSE 0 END
                                        - CASE WHEN from_account = 'credit' THEN amount ELSE 0 END)
                                        AS moved
                                 FROM posting GROUP BY organization_id, entry_id) AS p
                                USING (organization_id, entry_id)
                            """),
                    new Question(
                            "I1 each entry's balance is the one before and its change",
                            "entry",
                            """
                            SELECT organization_id, entry_id, balance_after::numeric,
                                sum(change) OVER (PARTITION BY organization_id ORDER BY entry_id)
                            FROM journal_entry
                            """),
                    new Question(
                            "I1 a wallet's entries never go back in time",
                            "entry",
                            """
                            SELECT organization_id, entry_id, extract(epoch FROM posted_at),
                                extract(epoch FROM greatest(posted_at, CASE
                                    WHEN lag(batch_id) OVER wallet > 1 -- 1 may be from before
                                    THEN lag(posted_at) OVER wallet END))
                            FROM journal_entry
                            WINDOW wallet AS (PARTITION BY organization_id ORDER BY entry_id)
                            """),
                    new Question(
                            "I1 no entry is missing",
                            "wallet's count of entries",
                            """
                            SELECT organization_id, 0, entries::numeric, least(e.many, e.last)
                            FROM (SELECT organization_id, entries FROM pool WHERE pool_id = 0)
                                AS w FULL JOIN
                                (SELECT organization_id, count(*)::numeric AS many,
                                    max(entry_id)::numeric AS last
                                 FROM journal_entry GROUP BY organization_id
                                 UNION ALL
                                 SELECT organization_id, 0, 0 FROM pool
                                 WHERE pool_id = 0 AND entries = 0) AS e USING (organization_id)
                            """),
                    new Question(
                            "I2 funded - leased - held of a credit pool is not below zero",
                            "pool",
                            """
                            SELECT organization_id, pool_id,
                                least(0, funded::numeric - leased - held, leased, held), 0::numeric
                            FROM pool WHERE kind <> 'BUDGET'
                            """),
                    new Question(
                            "I4 leased is what is outstanding on the leases",
                            "pool",
                            """
                            SELECT organization_id, pool_id, leased::numeric, coalesce(l.out, 0)
                            FROM pool FULL JOIN
                                (SELECT organization_id, pool_id,
                                    sum(granted - spent - returned - reclaimed) AS out
                                 FROM lease GROUP BY organization_id, pool_id) AS l
                                USING (organization_id, pool_id)
                            """),
                    new Question(
                            "I4 held is what the open holds have set aside",
                            "pool",
                            """
                            SELECT organization_id, pool_id, held::numeric, coalesce(h.amount, 0)
                            FROM pool FULL JOIN
                                (SELECT organization_id, pool_id, sum(amount) AS amount
                                 FROM hold_part WHERE NOT closed
                                 GROUP BY organization_id, pool_id) AS h
                                USING (organization_id, pool_id)
                            """),
                    new Question(
                            "I4 pinned is what leases and holds pin",
                            "pool",
                            """
                            SELECT organization_id, pool_id, w.pinned::numeric,
                                coalesce(l.pinned, 0) + coalesce(h.pinned, 0)
                            FROM (SELECT * FROM pool WHERE kind <> 'BUDGET') AS w LEFT JOIN
                                (SELECT organization_id, pool_id, sum(pinned) AS pinned
                                 FROM lease GROUP BY organization_id, pool_id) AS l
                                USING (organization_id, pool_id) LEFT JOIN
                                (SELECT organization_id, pool_id, sum(pinned) AS pinned
                                 FROM hold_part WHERE credit AND NOT closed
                                 GROUP BY organization_id, pool_id) AS h
                                USING (organization_id, pool_id)
                            """),
                    new Question(
                            "I8 a hold is what it has of credit",
                            "hold",
                            """
                            SELECT organization_id, hold_id, h.amount::numeric,
                                coalesce(p.amount, 0)
                            FROM durable_hold AS h FULL JOIN
                                (SELECT organization_id, hold_id, sum(amount) AS amount
                                 FROM hold_part WHERE credit
                                 GROUP BY organization_id, hold_id) AS p
                                USING (organization_id, hold_id)
                            """),
                    new Question(
                            "I8 captured + released = held when a hold has ended, 0 before",
                            "hold",
                            """
                            SELECT organization_id, hold_id, captured::numeric + released,
                                CASE state WHEN 'OPEN' THEN 0 ELSE amount END::numeric
                            FROM durable_hold
                            """),
                    new Question(
                            "I8 a hold has something set aside exactly while it is open",
                            "hold",
                            """
                            SELECT h.organization_id, h.hold_id, (h.state = 'OPEN')::int::numeric,
                                bool_or(NOT p.closed)::int::numeric
                            FROM durable_hold AS h LEFT JOIN hold_part AS p
                                ON p.organization_id = h.organization_id AND p.hold_id = h.hold_id
                            GROUP BY h.organization_id, h.hold_id, h.state
                            """),
                    new Question(
                            "I8 a hold was charged what it captured",
                            "hold",
                            """
                            SELECT h.organization_id, h.hold_id, h.captured::numeric,
                                coalesce((SELECT sum(n.amount) FROM entry_draw AS e CROSS JOIN
                                        unnest(e.request_ids, e.amounts) AS n (request_id, amount)
                                    WHERE e.organization_id = h.organization_id
                                        AND e.entry_id = h.entry_id
                                        AND n.request_id = h.hold_id), 0)
                            FROM durable_hold AS h
                            """),
                    new Question(
                            "I6 an operation charged what it was answered, refused ones nothing",
                            "request",
                            """
                            SELECT o.organization_id, o.subject_id, o.captured::numeric,
                                coalesce(d.drawn, 0)
                            FROM operation AS o LEFT JOIN
                                (SELECT e.organization_id, e.entry_id, n.request_id,
                                    sum(n.amount) AS drawn
                                 FROM entry_draw AS e CROSS JOIN
                                    unnest(e.request_ids, e.amounts) AS n (request_id, amount)
                                 WHERE (e.organization_id, e.entry_id) IN
                                    (SELECT organization_id, entry_id FROM operation
                                     WHERE entry_id <> 0)
                                 GROUP BY e.organization_id, e.entry_id, n.request_id) AS d
                                ON d.organization_id = o.organization_id
                                    AND d.entry_id = o.entry_id AND d.request_id = o.subject_id
                            WHERE o.kind IN ('USAGE', 'CAPTURE')
                            """),
                    new Question(
                            "I4 funded is what remains of the grants in force",
                            "pool",
                            """
                            SELECT organization_id, pool_id, w.funded::numeric,
                                coalesce(g.remaining, 0)
                            FROM (SELECT * FROM pool WHERE kind <> 'BUDGET') AS w FULL JOIN
                                (SELECT organization_id, pool_id,
                                    sum(amount - consumed - expired - revoked) AS remaining
                                 FROM credit_grant WHERE state IN ('OPEN', 'CLOSING', 'DONE')
                                 GROUP BY organization_id, pool_id) AS g
                                USING (organization_id, pool_id)
                            """),
                    new Question(
                            "I4 funded is the balance of the credit account",
                            "wallet",
                            """
                            SELECT organization_id, 0, w.funded::numeric, coalesce(p.credit, 0)
                            FROM (SELECT organization_id, sum(funded) AS funded FROM pool
                                WHERE kind <> 'BUDGET' GROUP BY organization_id) AS w FULL JOIN
                                (SELECT organization_id,
                                    sum(CASE WHEN to_account = 'credit' THEN amount ELSE 0 END
                                        - CASE WHEN from_account = 'credit' THEN amount ELSE 0 END)
                                        AS credit
                                 FROM posting GROUP BY organization_id) AS p
                                USING (organization_id)
                            """),
                    new Question(
                            "I4 scheduled grants are the balance of the scheduled account",
                            "wallet",
                            """
                            SELECT organization_id, 0, coalesce(g.waiting, 0)::numeric,
                                coalesce(p.scheduled, 0)
                            FROM (SELECT organization_id, sum(amount) AS waiting
                                 FROM credit_grant WHERE state = 'SCHEDULED'
                                 GROUP BY organization_id) AS g FULL JOIN
                                (SELECT organization_id,
                                    sum(CASE WHEN to_account = 'scheduled' THEN amount ELSE 0 END
                                        - CASE WHEN from_account = 'scheduled' THEN amount
                                            ELSE 0 END) AS scheduled
                                 FROM posting GROUP BY organization_id) AS p
                                USING (organization_id)
                            """),
                    new Question(
                            "I9 a grant was consumed by what requests drew on it",
                            "grant",
                            """
                            SELECT organization_id, grant_id, g.consumed::numeric,
                                coalesce(d.drawn, 0)
                            FROM credit_grant AS g FULL JOIN
                                (SELECT e.organization_id, n.grant_id, sum(n.amount) AS drawn
                                 FROM entry_draw AS e CROSS JOIN
                                    unnest(e.grant_ids, e.amounts) AS n (grant_id, amount)
                                 WHERE n.grant_id <> 0
                                 GROUP BY e.organization_id, n.grant_id) AS d
                                USING (organization_id, grant_id)
                            """),
                    new Question(
                            "I9 a grant was credited once, by its amount",
                            "grant",
                            """
                            SELECT organization_id, grant_id, g.amount::numeric, p.credited
                            FROM credit_grant AS g FULL JOIN
                                (SELECT organization_id, grant_id, sum(amount) AS credited
                                 FROM posting
                                 WHERE grant_id <> 0 AND from_account NOT IN ('credit', 'scheduled')
                                 GROUP BY organization_id, grant_id) AS p
                                USING (organization_id, grant_id)
                            """),
                    new Question(
                            "I9 a grant expired by what was posted to breakage",
                            "grant",
                            """
                            SELECT organization_id, grant_id, g.expired::numeric,
                                coalesce(p.expired, 0)
                            FROM credit_grant AS g FULL JOIN
                                (SELECT organization_id, grant_id, sum(amount) AS expired
                                 FROM posting WHERE to_account = 'breakage'
                                 GROUP BY organization_id, grant_id) AS p
                                USING (organization_id, grant_id)
                            """),
                    new Question(
                            "I9 consumed + expired + revoked never exceed a grant's amount",
                            "grant",
                            """
                            SELECT organization_id, grant_id,
                                least(0, consumed, expired, revoked,
                                    amount::numeric - consumed - expired - revoked), 0::numeric
                            FROM credit_grant
                            """),
                    new Question(
                            "I9 a grant is done when nothing remains",
                            "grant",
                            """
                            SELECT organization_id, grant_id, (state = 'DONE')::int::numeric,
                                (consumed + expired + revoked = amount)::int::numeric
                            FROM credit_grant
                            """),
                    new Question(
                            "I9 an entry's charges are what its requests drew",
                            "entry",
                            """
                            SELECT organization_id, entry_id, coalesce(p.charged, 0)::numeric,
                                coalesce(d.drawn, 0)
                            FROM (SELECT organization_id, entry_id, sum(amount) AS charged
                                 FROM posting WHERE to_account LIKE 'revenue_%'
                                 GROUP BY organization_id, entry_id) AS p FULL JOIN
                                (SELECT organization_id, entry_id,
                                    (SELECT sum(n) FROM unnest(amounts) AS n) AS drawn
                                 FROM entry_draw) AS d
                                USING (organization_id, entry_id)
                            """),
                    new Question(
                            "I18 a day's spending is the sum of its charges",
                            "day since 1970",
                            """
                            SELECT organization_id, day, coalesce(s.spent, 0)::numeric,
                                coalesce(d.drawn, 0)
                            FROM (SELECT organization_id, day, sum(spent) AS spent
                                 FROM spending GROUP BY organization_id, day) AS s FULL JOIN
                                (SELECT e.organization_id, n.day, sum(n.amount) AS drawn
                                 FROM entry_draw AS e CROSS JOIN
                                    unnest(e.days, e.amounts) AS n (day, amount)
                                 GROUP BY e.organization_id, n.day) AS d
                                USING (organization_id, day)
                            """),
                    new Question(
                            "I18 a budget is its limit less its period's spending",
                            "pool",
                            """
                            SELECT b.organization_id, b.pool_id, b.funded::numeric,
                                b.limit_amount::numeric - coalesce(sum(s.spent), 0)
                            FROM pool AS b LEFT JOIN spending AS s
                                ON s.organization_id = b.organization_id
                                    AND s.day >= (b.period_starts_at AT TIME ZONE 'UTC')::date
                                        - DATE '1970-01-01'
                                    AND (b.period_ends_at IS NULL
                                        OR s.day < (b.period_ends_at AT TIME ZONE 'UTC')::date
                                            - DATE '1970-01-01')
                                    AND CASE split_part(b.subject, ':', 1)
                                        WHEN 'organization' THEN true
                                        WHEN 'project' THEN b.subject = 'project:' || s.project_id
                                        WHEN 'api_key' THEN b.subject = 'api_key:' || s.api_key_id
                                        WHEN 'member' THEN b.subject = 'member:' || s.member_id
                                        ELSE b.subject = 'end_user:' || s.end_user END
                            WHERE b.kind = 'BUDGET' AND NOT b.closed
                            GROUP BY b.organization_id, b.pool_id, b.funded, b.limit_amount
                            """),
                    new Question(
                            "I13 spent + returned + reclaimed never exceed what was granted",
                            "lease of pool",
                            """
                            SELECT organization_id, pool_id, least(0, spent, returned, reclaimed,
                                granted::numeric - spent - returned - reclaimed), 0::numeric
                            FROM lease
                            """),
                    new Question(
                            "I14 money is reclaimed from the proven dead alone, and all of it",
                            "lease of pool",
                            """
                            SELECT l.organization_id, l.pool_id,
                                CASE WHEN i.proof IS NULL THEN l.reclaimed
                                    WHEN i.state = 'DEAD'
                                        THEN l.granted - l.spent - l.returned - l.reclaimed
                                    ELSE 0 END::numeric, 0::numeric
                            FROM lease AS l LEFT JOIN incarnation AS i USING (incarnation_id)
                            """),
                    new Question(
                            "I11 a pool knows when its next grant ends",
                            "pool",
                            """
                            SELECT w.organization_id, w.pool_id, extract(epoch FROM w.expires_next),
                                extract(epoch FROM min(g.expires_at))
                            FROM pool AS w LEFT JOIN credit_grant AS g
                                ON g.organization_id = w.organization_id AND g.state = 'OPEN'
                                    AND g.pool_id = w.pool_id
                            WHERE w.kind <> 'BUDGET'
                            GROUP BY w.organization_id, w.pool_id, w.expires_next
                            """),
                    new Question(
                            "I11 what is closing is pinned by leases and holds",
                            "pool",
                            """
                            SELECT w.organization_id, w.pool_id,
                                greatest(0, sum(g.amount - g.consumed - g.expired - g.revoked)
                                    - w.pinned), 0::numeric
                            FROM pool AS w JOIN credit_grant AS g
                                ON g.organization_id = w.organization_id AND g.state = 'CLOSING'
                                    AND g.pool_id = w.pool_id
                            WHERE w.kind <> 'BUDGET'
                            GROUP BY w.organization_id, w.pool_id, w.pinned
                            """),
                    new Question(
                            "I9 a grant was revoked by what was posted back",
                            "grant",
                            """
                            SELECT organization_id, grant_id, g.revoked::numeric,
                                coalesce(p.revoked, 0)
                            FROM credit_grant AS g FULL JOIN
                                (SELECT organization_id, grant_id, sum(amount) AS revoked
                                 FROM posting WHERE grant_id <> 0
                                     AND from_account IN ('credit', 'scheduled')
                                     AND to_account NOT IN ('credit', 'breakage')
                                 GROUP BY organization_id, grant_id) AS p
                                USING (organization_id, grant_id)
                            """));

    private VerificationStore() {}

    /** For this transaction, no other process of PostgreSQL helps: what is running goes first. */
    static void goAlone(Handle tx) {
        tx.execute("SET LOCAL max_parallel_workers_per_gather = 0");
    }

    /** Counts the figures, and describes those that differ (no more than a hundred). */
    static Verification.Check ask(Handle tx, Question question) {
        List<Figure> answer =
                tx.createQuery(
                                "WITH figures (organization_id, id, recorded, recomputed)"
                                        + " AS MATERIALIZED ("
                                        + question.figures()
                                        + """
                                        )
                                        (SELECT NULL::bigint AS organization_id, count(*) AS id,
                                            NULL::numeric AS recorded, NULL::numeric AS recomputed
                                        FROM figures)
                                        UNION ALL
                                        (SELECT organization_id, id, recorded, recomputed
                                        FROM figures WHERE recorded IS DISTINCT FROM recomputed
                                        ORDER BY organization_id, id LIMIT :most)
                                        """)
                        .bind("most", DIFFERENCES_MAX)
                        .map(
                                (row, context) ->
                                        new Figure(
                                                row.getObject("organization_id", Long.class),
                                                row.getLong("id"),
                                                row.getBigDecimal("recorded"),
                                                row.getBigDecimal("recomputed")))
                        .list();
        long compared = 0;
        List<String> differences = new ArrayList<>();
        Set<Long> organizations = new TreeSet<>();
        for (Figure figure : answer) {
            Long organization = figure.organizationId;
            if (organization == null) {
                compared = figure.id;
            } else {
                organizations.add(organization);
                differences.add(
                        "organization %d, %s %d: recorded %s, recomputed %s"
                                .formatted(
                                        organization,
                                        question.row(),
                                        figure.id,
                                        figure.recorded,
                                        figure.recomputed));
            }
        }
        return new Verification.Check(question.name(), compared, differences, organizations);
    }
}
