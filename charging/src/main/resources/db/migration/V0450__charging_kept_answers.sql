-- What was answered to requests that clients gave a key, so that the same request is charged once
-- and answered the same. A row is a claim while its request runs (state RUNNING), then the answer
-- (KEPT), or the reason why there is none. Rows go after a day.
CREATE TABLE kept_answer (
    organization_id bigint      NOT NULL,
    project_id      bigint      NOT NULL,
    idempotency_key text        NOT NULL,
    request_hash    text        NOT NULL,
    request_id      bigint      NOT NULL,
    incarnation_id  uuid        NOT NULL,
    state           text        NOT NULL,
    changed_at      timestamptz NOT NULL,
    status          integer,
    headers         text,
    body            bytea,
    CONSTRAINT kept_answer_key PRIMARY KEY (organization_id, project_id, idempotency_key),
    CONSTRAINT kept_answer_state CHECK (
        state IN ('RUNNING', 'KEPT', 'TOO_LARGE', 'NO_ROOM', 'BROKEN_OFF', 'WITHHELD', 'LOST')),
    CONSTRAINT kept_answer_whole CHECK (
        (state = 'KEPT') = (status IS NOT NULL)
        AND (state = 'KEPT') = (headers IS NOT NULL)
        AND (state = 'KEPT') = (body IS NOT NULL))
);

CREATE INDEX kept_answer_by_age ON kept_answer (organization_id, changed_at);
