-- When the books were recomputed by themselves, on whichever process, and what that found.
CREATE TABLE audit_run (
    begun_at    timestamptz NOT NULL,
    node        text        NOT NULL,
    ended_at    timestamptz,
    compared    bigint,
    differences bigint,
    CONSTRAINT audit_run_key PRIMARY KEY (begun_at)
);
