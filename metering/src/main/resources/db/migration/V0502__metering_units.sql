-- What a request used besides plain tokens; most use nothing else, and NULL stands for nothing.
ALTER TABLE usage_record
    ADD COLUMN audio_input_tokens bigint,
    ADD COLUMN image_input_tokens bigint,
    ADD COLUMN audio_output_tokens bigint,
    ADD COLUMN image_output_tokens bigint,
    ADD COLUMN images bigint,
    ADD COLUMN image_variant text,
    ADD COLUMN audio_seconds bigint,
    ADD COLUMN characters bigint,
    -- The tier at which the upstream says it served; NULL: not told.
    ADD COLUMN service_tier text,
    -- What the upstream asks of the operator; NULL: not known.
    ADD COLUMN upstream_cost_nanos bigint;

-- The operator's margin is costed_nanos, the amounts of those requests whose cost at the upstream is
-- known, without upstream_cost_nanos.
ALTER TABLE usage_roll_up
    ADD COLUMN images bigint NOT NULL DEFAULT 0,
    ADD COLUMN audio_seconds bigint NOT NULL DEFAULT 0,
    ADD COLUMN characters bigint NOT NULL DEFAULT 0,
    ADD COLUMN costed_nanos bigint NOT NULL DEFAULT 0,
    ADD COLUMN upstream_cost_nanos bigint NOT NULL DEFAULT 0;
