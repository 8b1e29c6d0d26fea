-- Keys of operators, for the management API. Only a hash of each secret is kept.
CREATE TABLE operator_key (
    operator_key_id bigint      NOT NULL,
    name            text        NOT NULL,
    secret_start    text        NOT NULL,
    secret_end      text        NOT NULL,
    secret_hash     bytea       NOT NULL,
    created_by      bigint      NOT NULL,
    created_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    CONSTRAINT operator_key_pk PRIMARY KEY (operator_key_id),
    CONSTRAINT operator_key_hash UNIQUE (secret_hash)
);
