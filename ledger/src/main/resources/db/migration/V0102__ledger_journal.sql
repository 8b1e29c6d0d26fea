-- The journal: draws as one row for each entry, a chain of hashes over it, and what flowed each day
-- between the book accounts. What it all means: docs/ledger.md.

CREATE TABLE entry_draw (
    organization_id bigint    NOT NULL,
    entry_id        bigint    NOT NULL,
    request_ids     bigint[]  NOT NULL,
    grant_ids       bigint[]  NOT NULL,
    amounts         bigint[]  NOT NULL,
    days            integer[] NOT NULL,
    CONSTRAINT entry_draw_key PRIMARY KEY (organization_id, entry_id),
    CONSTRAINT entry_draw_lengths CHECK (cardinality(request_ids) > 0
        AND cardinality(request_ids) = cardinality(grant_ids)
        AND cardinality(request_ids) = cardinality(amounts)
        AND cardinality(request_ids) = cardinality(days)),
    CONSTRAINT entry_draw_amounts CHECK (0 < ALL (amounts))
) WITH (toast_tuple_target = 8160);

-- To compress the arrays of a large batch takes twelve times as long as to write them.
ALTER TABLE entry_draw ALTER COLUMN request_ids SET STORAGE EXTERNAL;
ALTER TABLE entry_draw ALTER COLUMN grant_ids SET STORAGE EXTERNAL;
ALTER TABLE entry_draw ALTER COLUMN amounts SET STORAGE EXTERNAL;
ALTER TABLE entry_draw ALTER COLUMN days SET STORAGE EXTERNAL;

-- Of draws from before, the month is known and not the day: its first stands for it.
INSERT INTO entry_draw (organization_id, entry_id, request_ids, grant_ids, amounts, days)
SELECT organization_id, entry_id,
    array_agg(request_id ORDER BY request_id, grant_id),
    array_agg(grant_id ORDER BY request_id, grant_id),
    array_agg(amount ORDER BY request_id, grant_id),
    array_agg(make_date(month / 100, month % 100, 1) - date '1970-01-01'
        ORDER BY request_id, grant_id)
FROM grant_draw GROUP BY organization_id, entry_id;

DROP TABLE grant_draw;

CREATE TABLE journal_batch (
    lane          integer     NOT NULL,
    batch_id      bigint      NOT NULL,
    previous_hash bytea       NOT NULL,
    hash          bytea       NOT NULL,
    entries       integer     NOT NULL,
    posted_at     timestamptz NOT NULL,
    CONSTRAINT journal_batch_key PRIMARY KEY (lane, batch_id)
);

-- The last batch of each lane, to be locked: the one row of the chain that changes.
CREATE TABLE journal_head (
    lane          integer NOT NULL,
    batch_id      bigint  NOT NULL,
    previous_hash bytea   NOT NULL,
    hash          bytea   NOT NULL,
    CONSTRAINT journal_head_key PRIMARY KEY (lane)
) WITH (fillfactor = 20);

-- What was posted in a lane on a day (UTC) from one book account to another.
CREATE TABLE book_flow (
    lane         integer NOT NULL,
    day          integer NOT NULL,
    from_account text    NOT NULL,
    to_account   text    NOT NULL,
    amount       numeric NOT NULL,
    CONSTRAINT book_flow_key PRIMARY KEY (lane, day, from_account, to_account)
) WITH (fillfactor = 60);

INSERT INTO book_flow (lane, day, from_account, to_account, amount)
SELECT ((hashint8(organization_id)::bigint + 2147483648) * 16) >> 32,
    (posted_at AT TIME ZONE 'UTC')::date - date '1970-01-01', from_account, to_account, sum(amount)
FROM posting JOIN journal_entry USING (organization_id, entry_id)
GROUP BY 1, 2, 3, 4;

-- Postings that concern one grant are few beside those of charges; the books by month need them.
CREATE INDEX posting_of_grant ON posting (organization_id, entry_id) WHERE grant_id <> 0;

ALTER TABLE journal_entry ADD COLUMN batch_id bigint;

UPDATE journal_entry SET batch_id = 1;

ALTER TABLE journal_entry ALTER COLUMN batch_id SET NOT NULL;

-- What was entered before there was a chain is its first batch.
INSERT INTO journal_batch (lane, batch_id, previous_hash, hash, entries, posted_at)
SELECT lane, 1, decode(repeat('00', 32), 'hex'),
    sha256(decode(repeat('00', 32), 'hex') || int8send(1) || sha256(
        int4send(lane) || int4send(entries) || timestamptz_send(posted_at) || digests)),
    entries, posted_at
FROM (
    SELECT lane, count(*)::integer AS entries, max(posted_at) AS posted_at,
        string_agg(digest, ''::bytea ORDER BY organization_id, entry_id) AS digests
    FROM (
        SELECT (((hashint8(e.organization_id)::bigint + 2147483648) * 16) >> 32)::integer AS lane,
            e.organization_id, e.entry_id, e.posted_at,
            sha256(int8send(e.organization_id) || int8send(e.entry_id) || int8send(e.change)
                || int8send(e.balance_after) || timestamptz_send(e.posted_at)
                || int4send(octet_length(e.kind)) || convert_to(e.kind, 'UTF8')
                || int4send(octet_length(e.note)) || convert_to(e.note, 'UTF8')
                || int4send(coalesce(p.lines, 0)) || coalesce(p.bytes, '')
                || coalesce(array_send(d.request_ids) || array_send(d.grant_ids)
                    || array_send(d.amounts) || array_send(d.days), '')) AS digest
        FROM journal_entry AS e
            LEFT JOIN (
                SELECT organization_id, entry_id, count(*)::integer AS lines,
                    string_agg(int4send(line)
                        || int4send(octet_length(from_account)) || convert_to(from_account, 'UTF8')
                        || int4send(octet_length(to_account)) || convert_to(to_account, 'UTF8')
                        || int8send(amount) || int8send(grant_id), ''::bytea ORDER BY line) AS bytes
                FROM posting GROUP BY organization_id, entry_id
            ) AS p USING (organization_id, entry_id)
            LEFT JOIN entry_draw AS d USING (organization_id, entry_id)
    ) AS digested
    GROUP BY lane
) AS sealed;

INSERT INTO journal_head (lane, batch_id, previous_hash, hash)
SELECT lane, batch_id, previous_hash, hash FROM journal_batch;

-- Whoever opens the database gives the program's role neither UPDATE nor DELETE on tables whose
-- comment begins with these words.
COMMENT ON TABLE journal_entry IS 'append-only: what happened to a wallet';
COMMENT ON TABLE posting IS 'append-only: amounts moved between book accounts';
COMMENT ON TABLE entry_draw IS 'append-only: what the requests of an entry drew on which grants';
COMMENT ON TABLE journal_batch IS 'append-only: the chain of hashes over the journal';
