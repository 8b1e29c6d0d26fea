-- The sandbox processor's own books. It is an outside party: nothing of ours is joined with them
-- except to compare both sides.
CREATE TABLE sandbox_card (
    token text NOT NULL,
    test_card text NOT NULL,
    expiry_year integer NOT NULL,
    expiry_month integer NOT NULL,
    detached boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    CONSTRAINT sandbox_card_key PRIMARY KEY (token)
);

CREATE TABLE sandbox_charge (
    idempotency_key text NOT NULL,
    charge text NOT NULL,
    token text,
    amount bigint,
    state text NOT NULL CHECK (state IN ('SUCCEEDED', 'DECLINED', 'CONFIRMING', 'CANCELLED')),
    decline_reason text,
    created_at timestamptz NOT NULL,
    CONSTRAINT sandbox_charge_key PRIMARY KEY (idempotency_key),
    CONSTRAINT sandbox_charge_declined CHECK ((state = 'DECLINED') = (decline_reason IS NOT NULL)),
    CONSTRAINT sandbox_charge_of_card
        CHECK (state = 'CANCELLED' OR (token IS NOT NULL AND amount IS NOT NULL))
);
