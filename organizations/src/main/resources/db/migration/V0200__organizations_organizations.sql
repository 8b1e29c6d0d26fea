-- Organizations, their projects, members and API keys.

CREATE TABLE organization (
    organization_id bigint      NOT NULL,
    name            text        NOT NULL,
    personal        boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id)
);

CREATE TABLE project (
    organization_id bigint      NOT NULL,
    project_id      bigint      NOT NULL,
    name            text        NOT NULL,
    is_default      boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, project_id)
);

CREATE TABLE member (
    organization_id bigint      NOT NULL,
    user_id         bigint      NOT NULL,
    role            text        NOT NULL CHECK (role IN ('OWNER', 'BILLING', 'DEVELOPER', 'VIEWER')),
    joined_at       timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

-- Finds a user's organizations without asking every shard; written together with member.
CREATE TABLE membership (
    user_id         bigint NOT NULL,
    organization_id bigint NOT NULL,
    PRIMARY KEY (user_id, organization_id)
);

CREATE TABLE api_key (
    organization_id bigint      NOT NULL,
    api_key_id      bigint      NOT NULL,
    project_id      bigint      NOT NULL,
    name            text        NOT NULL,
    secret_start    text        NOT NULL,
    secret_end      text        NOT NULL,
    secret_hash     bytea       NOT NULL,
    created_by      bigint      NOT NULL,
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    PRIMARY KEY (organization_id, api_key_id)
);

-- Who a secret is: unique everywhere, and there is a row exactly as long as the key lives.
CREATE TABLE api_key_hash (
    secret_hash     bytea  NOT NULL,
    organization_id bigint NOT NULL,
    project_id      bigint NOT NULL,
    api_key_id      bigint NOT NULL,
    PRIMARY KEY (secret_hash)
);

-- What every process forgets of its memory within a second; rows are dropped after some minutes.
CREATE TABLE api_key_revocation (
    secret_hash bytea       NOT NULL,
    revoked_at  timestamptz NOT NULL,
    PRIMARY KEY (secret_hash)
);

CREATE INDEX api_key_revocation_revoked_at ON api_key_revocation (revoked_at);
