-- A card as we know it: the processor's name for it and what may be shown. Never its number.
CREATE TABLE payment_card (
    organization_id bigint NOT NULL,
    card_id bigint NOT NULL,
    processor text NOT NULL,
    token text NOT NULL,
    fingerprint text NOT NULL,
    brand text NOT NULL,
    last4 text NOT NULL CHECK (length(last4) = 4),
    expiry_year integer NOT NULL,
    expiry_month integer NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    holder text NOT NULL,
    address_line text NOT NULL,
    address_city text NOT NULL,
    address_postal_code text NOT NULL,
    address_country text NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT payment_card_key PRIMARY KEY (organization_id, card_id)
);

-- The same card twice is one card.
CREATE UNIQUE INDEX payment_card_once
    ON payment_card (organization_id, processor, fingerprint) WHERE removed_at IS NULL;

-- One row for each organization that ever had a card: which is the default. Whoever changes an
-- organization's cards locks it first.
CREATE TABLE payment_card_default (
    organization_id bigint NOT NULL,
    card_id bigint,
    CONSTRAINT payment_card_default_key PRIMARY KEY (organization_id)
);

-- A purchase from its first moment. Card and address are copied: a receipt never changes.
CREATE TABLE purchase (
    organization_id bigint NOT NULL,
    purchase_id bigint NOT NULL,
    idempotency_key text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    card_id bigint NOT NULL,
    card_token text NOT NULL,
    card_brand text NOT NULL,
    card_last4 text NOT NULL,
    holder text NOT NULL,
    address_line text NOT NULL,
    address_city text NOT NULL,
    address_postal_code text NOT NULL,
    address_country text NOT NULL,
    buyer_user_id bigint NOT NULL,
    buyer_email text NOT NULL,
    processor text NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'CONFIRMING', 'PAID', 'DECLINED')),
    created_at timestamptz NOT NULL,
    -- Open purchases only: when the processor is asked again, and since when the bank waits.
    ask_at timestamptz,
    asked integer NOT NULL DEFAULT 0,
    confirming_since timestamptz,
    -- Ended purchases only.
    ended_at timestamptz,
    decline_reason text,
    processor_charge text,
    grant_id bigint,
    receipt_number text,
    balance_after bigint,
    CONSTRAINT purchase_key PRIMARY KEY (organization_id, purchase_id),
    CONSTRAINT purchase_once UNIQUE (organization_id, idempotency_key),
    CONSTRAINT purchase_open CHECK ((state IN ('PENDING', 'CONFIRMING')) = (ask_at IS NOT NULL)),
    CONSTRAINT purchase_ended CHECK ((state IN ('PAID', 'DECLINED')) = (ended_at IS NOT NULL)),
    CONSTRAINT purchase_declined CHECK ((state = 'DECLINED') = (decline_reason IS NOT NULL)),
    CONSTRAINT purchase_paid CHECK (
        (state = 'PAID') = (processor_charge IS NOT NULL)
        AND (state = 'PAID') = (grant_id IS NOT NULL)
        AND (state = 'PAID') = (receipt_number IS NOT NULL)
        AND (state = 'PAID') = (balance_after IS NOT NULL))
);

CREATE INDEX purchase_to_ask ON purchase (ask_at, organization_id) WHERE ask_at IS NOT NULL;

-- The last receipt number of each year.
CREATE TABLE receipt_counter (
    year integer NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT receipt_counter_key PRIMARY KEY (year)
);
