-- Usage records by month. A request's id begins with the millisecond in which it was held, so the
-- key finds a record in one partition, and lists in the order of the ids are in the order of time:
-- they need no index of their own. The program makes the partitions, ahead of time; what comes at a
-- time that has none is kept in the default partition.
ALTER TABLE usage_record RENAME TO usage_record_before;
ALTER TABLE usage_record_before RENAME CONSTRAINT usage_record_pkey TO usage_record_before_pkey;
DROP INDEX usage_record_by_end;

CREATE TABLE usage_record (
    organization_id bigint NOT NULL,
    request_id bigint NOT NULL,
    project_id bigint NOT NULL,
    api_key_id bigint NOT NULL,
    end_user text,
    endpoint text NOT NULL,
    model text NOT NULL,
    upstream text NOT NULL,
    streamed boolean NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    ending text NOT NULL,
    input_tokens bigint NOT NULL,
    cached_input_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    reasoning_tokens bigint NOT NULL,
    estimated boolean NOT NULL,
    price_id bigint NOT NULL,
    amount_nanos bigint NOT NULL,
    held_nanos bigint NOT NULL,
    overrun_nanos bigint NOT NULL,
    entry_id bigint NOT NULL,
    balance_after_nanos bigint NOT NULL,
    CONSTRAINT usage_record_key PRIMARY KEY (organization_id, request_id)
) PARTITION BY RANGE (request_id);

CREATE TABLE usage_record_default PARTITION OF usage_record DEFAULT;

-- Records that are there already stay where they are: their table becomes the first partition,
-- until the month after the newest of them. The milliseconds of an id count from 2020.
DO $$
DECLARE
    newest bigint := (SELECT max(request_id) FROM usage_record_before);
    month_after timestamptz;
BEGIN
    IF newest IS NULL THEN
        DROP TABLE usage_record_before;
        RETURN;
    END IF;
    month_after := (
        date_trunc(
            'month',
            to_timestamp((newest >> 22) / 1000 + 1577836800) AT TIME ZONE 'UTC')
        + interval '1 month') AT TIME ZONE 'UTC';
    EXECUTE format(
        'ALTER TABLE usage_record ATTACH PARTITION usage_record_before'
            ' FOR VALUES FROM (MINVALUE) TO (%s)',
        ((extract(epoch FROM month_after)::bigint - 1577836800) * 1000) << 22);
END
$$;

-- A request belongs to the quarter of an hour in which it was held, as budgets count it, and no
-- longer to the one in which it ended.
DELETE FROM usage_roll_up;

INSERT INTO usage_roll_up (
    organization_id, bucket_start, project_id, api_key_id, model, requests, input_tokens,
    cached_input_tokens, output_tokens, amount_nanos)
SELECT
    organization_id,
    to_timestamp((((request_id >> 22) / 1000 + 1577836800) / 900) * 900),
    project_id, api_key_id, model, count(*), sum(input_tokens), sum(cached_input_tokens),
    sum(output_tokens), sum(amount_nanos)
FROM usage_record
GROUP BY 1, 2, 3, 4, 5;
