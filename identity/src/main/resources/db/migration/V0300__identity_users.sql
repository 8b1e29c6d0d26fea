-- People who sign in, the links they were mailed, and their sessions.

CREATE TABLE users (
    user_id       bigint      NOT NULL,
    email         text        NOT NULL,
    name          text        NOT NULL,
    password_hash text        NOT NULL,
    operator      boolean     NOT NULL,
    created_at    timestamptz NOT NULL,
    verified_at   timestamptz,
    PRIMARY KEY (user_id)
);

-- Whose an address is, in lower case: unique everywhere.
CREATE TABLE user_email (
    email   text   NOT NULL,
    user_id bigint NOT NULL,
    PRIMARY KEY (email)
);

-- Mailed links, by the SHA-256 of their token. Used and replaced ones stay for a while, to say so.
CREATE TABLE user_token (
    token_hash  bytea       NOT NULL,
    user_id     bigint      NOT NULL,
    purpose     text        NOT NULL CHECK (purpose IN ('VERIFICATION', 'RESET')),
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    replaced_at timestamptz,
    PRIMARY KEY (token_hash)
);

CREATE INDEX user_token_user ON user_token (user_id, purpose, created_at);

-- Signed-in browsers, by the SHA-256 of the cookie's token.
CREATE TABLE user_session (
    token_hash   bytea       NOT NULL,
    session_id   bigint      NOT NULL,
    user_id      bigint      NOT NULL,
    user_agent   text        NOT NULL,
    address      text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (token_hash)
);

CREATE INDEX user_session_user ON user_session (user_id);
