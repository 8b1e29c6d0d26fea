-- Credit that is bound to models or projects has a pool of its own; a budget may limit any subject in
-- any calendar period; spending is kept by day and payer. What each column means: docs/ledger.md.

-- Flags of the wallet's row, so that settlements look for neither where there is none.
ALTER TABLE pool ADD COLUMN scoped boolean NOT NULL DEFAULT false;
ALTER TABLE pool ADD COLUMN limited boolean NOT NULL DEFAULT false;
ALTER TABLE pool ADD COLUMN posted_at timestamptz;
ALTER TABLE pool ADD COLUMN models text[] NOT NULL DEFAULT '{}';
ALTER TABLE pool ADD COLUMN projects bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE pool ADD COLUMN budget_id bigint NOT NULL DEFAULT 0;
ALTER TABLE pool ADD COLUMN subject text NOT NULL DEFAULT '';
ALTER TABLE pool ADD COLUMN limit_kind text;
ALTER TABLE pool ADD COLUMN period text;

-- Until now every budget was of an organization for a month.
ALTER TABLE pool DROP CONSTRAINT pool_period;
ALTER TABLE pool DROP CONSTRAINT pool_kind;
ALTER TABLE pool DROP CONSTRAINT pool_never_overspent;
ALTER TABLE budget ADD COLUMN budget_id bigint NOT NULL DEFAULT 0;
UPDATE budget SET budget_id = numbered.number
    FROM (SELECT organization_id, limit_kind, row_number() OVER () AS number FROM budget) AS numbered
    WHERE budget.organization_id = numbered.organization_id
        AND budget.limit_kind = numbered.limit_kind;
UPDATE pool SET subject = 'organization', limit_kind = 'HARD', period = 'MONTH', budget_id = coalesce(
        (SELECT budget.budget_id FROM budget WHERE budget.organization_id = pool.organization_id
            AND budget.limit_kind = 'HARD'), -pool.pool_id)
    WHERE kind = 'BUDGET';
UPDATE pool SET limited = true WHERE pool_id = 0 AND EXISTS
    (SELECT FROM budget WHERE budget.organization_id = pool.organization_id);
UPDATE pool SET posted_at = last.posted_at
    FROM (SELECT organization_id, max(posted_at) AS posted_at FROM journal_entry
        GROUP BY organization_id) AS last
    WHERE pool.organization_id = last.organization_id AND pool.pool_id = 0;
ALTER TABLE pool DROP COLUMN scope_kind;
ALTER TABLE pool DROP COLUMN scope_id;
ALTER TABLE pool DROP COLUMN period_kind;
ALTER TABLE pool ADD CONSTRAINT pool_subject
    UNIQUE (organization_id, subject, period_starts_at, budget_id);
ALTER TABLE pool ADD CONSTRAINT pool_kind CHECK (kind IN ('WALLET', 'SCOPED_CREDIT', 'BUDGET'));
ALTER TABLE pool ADD CONSTRAINT pool_budget
    CHECK ((kind = 'BUDGET') = (budget_id <> 0) AND (kind = 'BUDGET') = (limit_kind IS NOT NULL)
        AND (kind = 'BUDGET') = (period IS NOT NULL));
ALTER TABLE pool ADD CONSTRAINT pool_never_overspent
    CHECK (kind = 'BUDGET' OR funded - leased - held >= 0);

DROP INDEX pool_due;
CREATE INDEX pool_due ON pool (LEAST(expires_next, starts_next), organization_id)
    WHERE LEAST(expires_next, starts_next) IS NOT NULL;

ALTER TABLE budget ADD COLUMN subject text NOT NULL DEFAULT 'organization';
ALTER TABLE budget DROP CONSTRAINT budget_key;
ALTER TABLE budget RENAME COLUMN period_kind TO period;
ALTER TABLE budget DROP COLUMN scope_kind;
ALTER TABLE budget DROP COLUMN scope_id;
ALTER TABLE budget ADD CONSTRAINT budget_key PRIMARY KEY (organization_id, budget_id);
CREATE UNIQUE INDEX budget_hard ON budget (organization_id, subject, period)
    WHERE limit_kind = 'HARD';
CREATE UNIQUE INDEX budget_soft ON budget (organization_id, subject, period, amount)
    WHERE limit_kind = 'SOFT';

-- A soft limit has a pool in each period too, from which nothing is ever leased.
INSERT INTO pool (organization_id, pool_id, kind, period_starts_at, period_ends_at, limit_amount,
        funded, told, budget_id, subject, limit_kind, period)
    SELECT budget.organization_id, -budget.budget_id, 'BUDGET',
        date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
        (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC',
        budget.amount, budget.amount - coalesce(spending.spent, 0),
        coalesce(spending.spent, 0) >= budget.amount, budget.budget_id, 'organization', 'SOFT', 'MONTH'
    FROM budget LEFT JOIN spending ON spending.organization_id = budget.organization_id
        AND spending.month = to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')::integer
    WHERE budget.limit_kind = 'SOFT';

ALTER TABLE spending RENAME TO spending_by_month;
ALTER TABLE spending_by_month RENAME CONSTRAINT spending_key TO spending_by_month_key;
ALTER TABLE spending_by_month RENAME CONSTRAINT spending_amount TO spending_by_month_amount;

-- What each payer spent on each day (UTC, days since 1970); the day the request was held counts.
CREATE TABLE spending (
    organization_id bigint  NOT NULL,
    day             integer NOT NULL,
    project_id      bigint  NOT NULL,
    api_key_id      bigint  NOT NULL,
    member_id       bigint  NOT NULL,
    end_user        text    NOT NULL,
    spent           bigint  NOT NULL,
    CONSTRAINT spending_key
        PRIMARY KEY (organization_id, day, project_id, api_key_id, member_id, end_user),
    CONSTRAINT spending_amount CHECK (spent >= 0)
) WITH (fillfactor = 60);

-- Of the past only the month is known: it counts on the month's first day.
INSERT INTO spending (organization_id, day, project_id, api_key_id, member_id, end_user, spent)
    SELECT organization_id, to_date(month::text, 'YYYYMM') - DATE '1970-01-01', 0, 0, 0, '', spent
    FROM spending_by_month;
DROP TABLE spending_by_month;

ALTER TABLE credit_grant ADD COLUMN pool_id bigint NOT NULL DEFAULT 0;
ALTER TABLE credit_grant ADD COLUMN revoked_at timestamptz;

ALTER TABLE incarnation ADD COLUMN seen_at timestamptz;
UPDATE incarnation SET seen_at = enlisted_at;
ALTER TABLE incarnation ALTER COLUMN seen_at SET NOT NULL;
CREATE INDEX incarnation_living ON incarnation (seen_at) WHERE state = 'LIVE';

-- Whose limit it was, and for how long; empty for events of the wallet.
ALTER TABLE ledger_event ADD COLUMN subject text NOT NULL DEFAULT '';
ALTER TABLE ledger_event ADD COLUMN period text NOT NULL DEFAULT '';
UPDATE ledger_event SET subject = 'organization', period = 'MONTH' WHERE kind <> 'WALLET_EMPTY';

-- Credit that comes again in every period.
CREATE TABLE recurrence (
    organization_id bigint      NOT NULL,
    recurrence_id   bigint      NOT NULL,
    recurrence_key  text        NOT NULL,
    period          text        NOT NULL,
    amount          bigint      NOT NULL,
    priority        integer     NOT NULL,
    carries_over    boolean     NOT NULL,
    models          text[]      NOT NULL,
    projects        bigint[]    NOT NULL,
    note            text        NOT NULL,
    next_at         timestamptz,
    ends_at         timestamptz,
    CONSTRAINT recurrence_key PRIMARY KEY (organization_id, recurrence_id),
    CONSTRAINT recurrence_once UNIQUE (organization_id, recurrence_key),
    CONSTRAINT recurrence_amount CHECK (amount > 0)
);
CREATE INDEX recurrence_due ON recurrence (next_at, organization_id) WHERE next_at IS NOT NULL;
