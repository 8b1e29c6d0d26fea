-- Wallets, grants, budgets, leases, the journal. What each table means: docs/ledger.md.
-- Amounts are nano-dollars. The row of an organization's wallet (pool_id 0) is the lock of all its
-- money: whoever writes any row below for an organization holds that row's lock.

CREATE TABLE pool (
    organization_id  bigint      NOT NULL,
    pool_id          bigint      NOT NULL,
    kind             text        NOT NULL,
    scope_kind       text        NOT NULL,
    scope_id         bigint      NOT NULL,
    period_kind      text        NOT NULL,
    period_starts_at timestamptz NOT NULL,
    period_ends_at   timestamptz,
    limit_amount     bigint,
    funded           bigint      NOT NULL,
    leased           bigint      NOT NULL DEFAULT 0,
    held             bigint      NOT NULL DEFAULT 0,
    pinned           bigint      NOT NULL DEFAULT 0,
    pinned_before    timestamptz,
    expires_next     timestamptz,
    starts_next      timestamptz,
    entries          bigint      NOT NULL DEFAULT 0,
    frozen           boolean     NOT NULL DEFAULT false,
    told             boolean     NOT NULL DEFAULT false,
    closed           boolean     NOT NULL DEFAULT false,
    CONSTRAINT pool_key PRIMARY KEY (organization_id, pool_id),
    CONSTRAINT pool_period UNIQUE
        (organization_id, kind, scope_kind, scope_id, period_kind, period_starts_at),
    CONSTRAINT pool_kind CHECK (kind IN ('WALLET', 'BUDGET')),
    CONSTRAINT pool_wallet CHECK ((kind = 'WALLET') = (pool_id = 0)),
    CONSTRAINT pool_limit CHECK ((kind = 'BUDGET') = (limit_amount IS NOT NULL)),
    CONSTRAINT pool_counts CHECK (leased >= 0 AND held >= 0 AND pinned >= 0),
    CONSTRAINT pool_never_overspent CHECK (kind <> 'WALLET' OR funded - leased - held >= 0)
) WITH (fillfactor = 60);

CREATE INDEX pool_due ON pool (LEAST(expires_next, starts_next), organization_id)
    WHERE pool_id = 0 AND LEAST(expires_next, starts_next) IS NOT NULL;

CREATE TABLE budget (
    organization_id bigint NOT NULL,
    scope_kind      text   NOT NULL,
    scope_id        bigint NOT NULL,
    period_kind     text   NOT NULL,
    limit_kind      text   NOT NULL,
    amount          bigint NOT NULL,
    CONSTRAINT budget_key
        PRIMARY KEY (organization_id, scope_kind, scope_id, period_kind, limit_kind),
    CONSTRAINT budget_amount CHECK (amount >= 0)
);

CREATE TABLE spending (
    organization_id bigint  NOT NULL,
    month           integer NOT NULL,
    spent           bigint  NOT NULL,
    CONSTRAINT spending_key PRIMARY KEY (organization_id, month),
    CONSTRAINT spending_amount CHECK (spent >= 0)
) WITH (fillfactor = 60);

CREATE TABLE incarnation (
    incarnation_id uuid        NOT NULL,
    node           text        NOT NULL,
    enlisted_at    timestamptz NOT NULL,
    state          text        NOT NULL DEFAULT 'LIVE',
    proof          text,
    CONSTRAINT incarnation_key PRIMARY KEY (incarnation_id),
    CONSTRAINT incarnation_state CHECK (state IN ('LIVE', 'BURYING', 'DEAD')),
    CONSTRAINT incarnation_proof CHECK ((state = 'LIVE') = (proof IS NULL))
);

-- One row for each process and lane: the last message it sent, and what it was answered.
CREATE TABLE exchange_record (
    lane           integer NOT NULL,
    incarnation_id uuid    NOT NULL,
    number         bigint  NOT NULL DEFAULT 0,
    request_hash   bytea,
    reply          bytea,
    buried         boolean NOT NULL DEFAULT false,
    CONSTRAINT exchange_record_key PRIMARY KEY (lane, incarnation_id)
) WITH (fillfactor = 60);

-- The reply is packed already; compressing it again would only cost time.
ALTER TABLE exchange_record ALTER COLUMN reply SET STORAGE EXTERNAL;

CREATE TABLE lease (
    organization_id bigint  NOT NULL,
    pool_id         bigint  NOT NULL,
    incarnation_id  uuid    NOT NULL,
    granted         bigint  NOT NULL DEFAULT 0,
    spent           bigint  NOT NULL DEFAULT 0,
    returned        bigint  NOT NULL DEFAULT 0,
    reclaimed       bigint  NOT NULL DEFAULT 0,
    pinned          bigint  NOT NULL DEFAULT 0,
    closed          boolean NOT NULL DEFAULT false,
    CONSTRAINT lease_key PRIMARY KEY (organization_id, pool_id, incarnation_id),
    CONSTRAINT lease_counts CHECK (spent >= 0 AND returned >= 0 AND reclaimed >= 0
        AND spent + returned + reclaimed <= granted),
    CONSTRAINT lease_pinned CHECK (pinned >= 0
        AND pinned <= granted - spent - returned - reclaimed)
) WITH (fillfactor = 60);

CREATE INDEX lease_open ON lease (incarnation_id, organization_id, pool_id) WHERE NOT closed;

CREATE TABLE credit_grant (
    organization_id bigint      NOT NULL,
    grant_id        bigint      NOT NULL,
    grant_key       text        NOT NULL,
    kind            text        NOT NULL,
    priority        integer     NOT NULL,
    effective_at    timestamptz NOT NULL,
    expires_at      timestamptz,
    amount          bigint      NOT NULL,
    consumed        bigint      NOT NULL DEFAULT 0,
    expired         bigint      NOT NULL DEFAULT 0,
    revoked         bigint      NOT NULL DEFAULT 0,
    state           text        NOT NULL,
    note            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT credit_grant_key PRIMARY KEY (organization_id, grant_id),
    CONSTRAINT credit_grant_once UNIQUE (organization_id, grant_key),
    CONSTRAINT credit_grant_state CHECK (state IN ('SCHEDULED', 'OPEN', 'CLOSING', 'DONE')),
    CONSTRAINT credit_grant_counts CHECK (amount > 0 AND consumed >= 0 AND expired >= 0
        AND revoked >= 0 AND consumed + expired + revoked <= amount)
) WITH (fillfactor = 60);

CREATE INDEX credit_grant_open ON credit_grant (organization_id, grant_id) WHERE state <> 'DONE';

-- Rows of the next three tables are only ever inserted.
CREATE TABLE journal_entry (
    organization_id bigint      NOT NULL,
    entry_id        bigint      NOT NULL,
    kind            text        NOT NULL,
    change          bigint      NOT NULL,
    balance_after   bigint      NOT NULL,
    note            text        NOT NULL,
    posted_at       timestamptz NOT NULL,
    CONSTRAINT journal_entry_key PRIMARY KEY (organization_id, entry_id)
);

CREATE TABLE posting (
    organization_id bigint  NOT NULL,
    entry_id        bigint  NOT NULL,
    line            integer NOT NULL,
    from_account    text    NOT NULL,
    to_account      text    NOT NULL,
    amount          bigint  NOT NULL,
    grant_id        bigint  NOT NULL,
    CONSTRAINT posting_key PRIMARY KEY (organization_id, entry_id, line),
    CONSTRAINT posting_amount CHECK (amount > 0 AND from_account <> to_account)
);

CREATE TABLE grant_draw (
    organization_id bigint  NOT NULL,
    request_id      bigint  NOT NULL,
    grant_id        bigint  NOT NULL,
    entry_id        bigint  NOT NULL,
    amount          bigint  NOT NULL,
    month           integer NOT NULL,
    CONSTRAINT grant_draw_key PRIMARY KEY (organization_id, request_id, grant_id),
    CONSTRAINT grant_draw_amount CHECK (amount > 0)
);

-- An outbox: rows go when their taker commits.
CREATE TABLE ledger_event (
    organization_id bigint      NOT NULL,
    event_id        bigint      NOT NULL,
    kind            text        NOT NULL,
    threshold       bigint      NOT NULL,
    value           bigint      NOT NULL,
    happened_at     timestamptz NOT NULL,
    CONSTRAINT ledger_event_key PRIMARY KEY (organization_id, event_id)
);
