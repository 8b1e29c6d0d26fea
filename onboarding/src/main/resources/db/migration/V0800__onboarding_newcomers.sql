-- What must be remembered of people between sign-up and verification, and ever after.

-- Who has no organization yet, and the name they wished for; blank: a personal one.
CREATE TABLE newcomer (
    user_id           bigint      NOT NULL,
    organization_name text        NOT NULL,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (user_id)
);

-- Addresses that had trial credit, as the mailbox they lead to: one trial each, for ever.
CREATE TABLE trial_address (
    mailbox         text        NOT NULL,
    organization_id bigint      NOT NULL,
    granted_at      timestamptz NOT NULL,
    PRIMARY KEY (mailbox)
);
