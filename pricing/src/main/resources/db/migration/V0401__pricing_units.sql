-- A price holds for a model at one of its upstream's service tiers. What gives no tokens
-- (embeddings, pictures by the piece) has 0 as the longest answer.
ALTER TABLE price
    ADD COLUMN service_tier text NOT NULL DEFAULT 'default',
    DROP CONSTRAINT price_model_effective_from_key,
    DROP CONSTRAINT price_output_tokens_max_check,
    ADD CONSTRAINT price_model_tier_effective_from_key
        UNIQUE (model, service_tier, effective_from),
    ADD CONSTRAINT price_output_tokens_max_check CHECK (output_tokens_max >= 0);

-- What is charged besides plain tokens: pico-dollars for one. Pictures by the piece have a rate for
-- each variant (size/quality), '*' for any other; all else has the empty variant.
CREATE TABLE price_unit (
    price_id bigint NOT NULL REFERENCES price,
    unit text NOT NULL,
    variant text NOT NULL,
    unit_picos bigint NOT NULL CHECK (unit_picos >= 0),
    PRIMARY KEY (price_id, unit, variant)
);
