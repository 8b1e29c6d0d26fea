-- Mails, written in the transaction of whoever sends them.

CREATE TABLE outbox_mail (
    mail_id         bigint      NOT NULL,
    kind            text        NOT NULL,
    recipient       text        NOT NULL,
    subject         text        NOT NULL,
    body            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    next_attempt_at timestamptz, -- null: delivered, or given up
    attempts        integer     NOT NULL,
    sent_at         timestamptz,
    last_error      text,
    PRIMARY KEY (mail_id)
);

CREATE INDEX outbox_mail_due ON outbox_mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
