-- Holds that are made through the API and last until somebody ends them or their time is over, and
-- what every operation was answered. What each column means: docs/holds.md.

CREATE TABLE durable_hold (
    organization_id bigint      NOT NULL,
    hold_id         bigint      NOT NULL,
    project_id      bigint      NOT NULL,
    api_key_id      bigint      NOT NULL,
    member_id       bigint      NOT NULL,
    end_user        text        NOT NULL,
    model           text        NOT NULL,
    note            text        NOT NULL,
    amount          bigint      NOT NULL,
    captured        bigint      NOT NULL DEFAULT 0,
    released        bigint      NOT NULL DEFAULT 0,
    state           text        NOT NULL DEFAULT 'OPEN',
    entry_id        bigint      NOT NULL DEFAULT 0,
    held_at         timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    on_expiry       text        NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT durable_hold_key PRIMARY KEY (organization_id, hold_id),
    CONSTRAINT durable_hold_state CHECK (state IN ('OPEN', 'CAPTURED', 'RELEASED', 'EXPIRED')),
    CONSTRAINT durable_hold_on_expiry CHECK (on_expiry IN ('RELEASE', 'CAPTURE')),
    CONSTRAINT durable_hold_ended CHECK ((state = 'OPEN') = (ended_at IS NULL)),
    CONSTRAINT durable_hold_amounts CHECK (amount > 0 AND captured >= 0 AND released >= 0
        AND captured + released = CASE state WHEN 'OPEN' THEN 0 ELSE amount END)
) WITH (fillfactor = 80);

CREATE INDEX durable_hold_due ON durable_hold (expires_at, organization_id) WHERE state = 'OPEN';

-- What a hold has of each pool. What an extension added is a part of its own, with its own moment.
CREATE TABLE hold_part (
    organization_id bigint      NOT NULL,
    hold_id         bigint      NOT NULL,
    part            integer     NOT NULL,
    pool_id         bigint      NOT NULL,
    credit          boolean     NOT NULL,
    amount          bigint      NOT NULL,
    pinned          bigint      NOT NULL DEFAULT 0,
    held_at         timestamptz NOT NULL,
    closed          boolean     NOT NULL DEFAULT false,
    CONSTRAINT hold_part_key PRIMARY KEY (organization_id, hold_id, part),
    CONSTRAINT hold_part_amount CHECK (amount > 0),
    CONSTRAINT hold_part_pinned CHECK (pinned >= 0 AND pinned <= amount AND (pinned = 0 OR NOT closed))
) WITH (fillfactor = 80);

CREATE INDEX hold_part_open ON hold_part (organization_id, pool_id) WHERE NOT closed;

-- One row for each key: what was asked (its hash) and what was answered. Never changed.
CREATE TABLE operation (
    organization_id bigint      NOT NULL,
    operation_key   text        NOT NULL,
    kind            text        NOT NULL,
    body_hash       text        NOT NULL,
    outcome         text        NOT NULL,
    subject_id      bigint      NOT NULL,
    entry_id        bigint      NOT NULL,
    amount          bigint      NOT NULL,
    captured        bigint      NOT NULL,
    released        bigint      NOT NULL,
    expires_at      timestamptz,
    balance_after   bigint      NOT NULL,
    available_after bigint      NOT NULL,
    needed          bigint      NOT NULL,
    available       bigint      NOT NULL,
    detail          text        NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT operation_pk PRIMARY KEY (organization_id, operation_key),
    CONSTRAINT operation_kind CHECK (kind IN ('HOLD', 'EXTEND', 'CAPTURE', 'RELEASE', 'USAGE'))
);

COMMENT ON TABLE operation IS 'append-only: what every key was answered';
