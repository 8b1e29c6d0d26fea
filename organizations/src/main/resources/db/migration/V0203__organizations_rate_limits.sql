-- Rate limits. Organization 0 stands for every organization: its rows are the defaults.
CREATE TABLE rate_limit (
    organization_id          bigint      NOT NULL,
    rate_limit_id            bigint      NOT NULL,
    subject_kind             text        NOT NULL
        CHECK (subject_kind IN ('ORGANIZATION', 'PROJECT', 'API_KEY')),
    subject_id               bigint      NOT NULL,
    model                    text        NOT NULL, -- empty: all models together
    requests_per_minute      bigint,
    tokens_per_minute        bigint,
    requests_per_day         bigint,
    images_per_minute        bigint,
    audio_seconds_per_minute bigint,
    set_at                   timestamptz NOT NULL,
    CONSTRAINT rate_limit_pk PRIMARY KEY (organization_id, rate_limit_id),
    CONSTRAINT rate_limit_of UNIQUE (organization_id, subject_kind, subject_id, model)
);

-- Who set what; every process finds here what it must read anew.
CREATE TABLE rate_limit_change (
    organization_id bigint      NOT NULL,
    change_id       bigint      NOT NULL,
    changed_at      timestamptz NOT NULL,
    actor_kind      text        NOT NULL CHECK (actor_kind IN ('USER', 'OPERATOR_KEY')),
    actor_id        bigint      NOT NULL,
    subject_kind    text        NOT NULL,
    subject_id      bigint      NOT NULL,
    model           text        NOT NULL,
    old_bounds      text        NOT NULL, -- empty: there was no limit
    new_bounds      text        NOT NULL, -- empty: there is none now
    CONSTRAINT rate_limit_change_pk PRIMARY KEY (organization_id, change_id)
);

COMMENT ON TABLE rate_limit_change IS 'append-only: who set which rate limit, and when';

CREATE INDEX rate_limit_change_changed_at ON rate_limit_change (changed_at);

-- How far each bucket is used up, told by the moment at which it is full again. Losing it, as a
-- crash of the server does, costs no more than a burst.
CREATE UNLOGGED TABLE rate_limit_level (
    organization_id bigint NOT NULL,
    rate_limit_id   bigint NOT NULL, -- 0: the default of the settings
    unit            text   NOT NULL,
    full_at_nanos   bigint NOT NULL, -- since 1970
    booked_nanos    bigint NOT NULL, -- what the last booking added
    CONSTRAINT rate_limit_level_pk PRIMARY KEY (organization_id, rate_limit_id, unit)
) WITH (fillfactor = 50);

-- The processes that share the buckets; alive is whose beat changes.
CREATE UNLOGGED TABLE rate_limit_process (
    process_id bigint NOT NULL,
    beat       bigint NOT NULL,
    CONSTRAINT rate_limit_process_pk PRIMARY KEY (process_id)
) WITH (fillfactor = 50);
