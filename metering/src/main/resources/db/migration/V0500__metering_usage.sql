-- One row for each request that was charged, kept for ever. Amounts are nano-dollars.
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
    PRIMARY KEY (organization_id, request_id)
);

CREATE INDEX usage_record_by_end
    ON usage_record (organization_id, ended_at, request_id);

-- Sums of the records by quarter of an hour: every zone's days begin with one, so days of any zone
-- can be added up from them.
CREATE TABLE usage_roll_up (
    organization_id bigint NOT NULL,
    bucket_start timestamptz NOT NULL,
    project_id bigint NOT NULL,
    api_key_id bigint NOT NULL,
    model text NOT NULL,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    cached_input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    amount_nanos bigint NOT NULL,
    PRIMARY KEY (organization_id, bucket_start, project_id, api_key_id, model)
) WITH (fillfactor = 70); -- the current quarter's rows change with every settlement, in place
