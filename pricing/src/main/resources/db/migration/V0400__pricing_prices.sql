-- Prices are facts with a date: rows are only ever inserted. Amounts are pico-dollars per token.
CREATE TABLE price (
    price_id bigint PRIMARY KEY,
    model text NOT NULL,
    display_name text NOT NULL,
    effective_from timestamptz NOT NULL,
    input_picos bigint NOT NULL CHECK (input_picos >= 0),
    cached_input_picos bigint NOT NULL CHECK (cached_input_picos >= 0),
    cache_write_picos bigint NOT NULL CHECK (cache_write_picos >= 0),
    output_picos bigint NOT NULL CHECK (output_picos >= 0),
    request_picos bigint NOT NULL CHECK (request_picos >= 0),
    context_tokens_max bigint NOT NULL CHECK (context_tokens_max >= 1),
    output_tokens_max bigint NOT NULL CHECK (output_tokens_max >= 1),
    source text NOT NULL,
    added_at timestamptz NOT NULL,
    UNIQUE (model, effective_from)
);

-- Other rates for the whole of a request whose input is longer than a bound.
CREATE TABLE price_tier (
    price_id bigint NOT NULL REFERENCES price,
    above_input_tokens bigint NOT NULL CHECK (above_input_tokens >= 1),
    input_picos bigint NOT NULL CHECK (input_picos >= 0),
    cached_input_picos bigint NOT NULL CHECK (cached_input_picos >= 0),
    cache_write_picos bigint NOT NULL CHECK (cache_write_picos >= 0),
    output_picos bigint NOT NULL CHECK (output_picos >= 0),
    PRIMARY KEY (price_id, above_input_tokens)
);

-- One row. Writers of the book lock it, so they are one after the other; readers in memory look
-- at its version to see that another process wrote.
CREATE TABLE price_book (
    book_id smallint PRIMARY KEY CHECK (book_id = 1),
    version bigint NOT NULL
);

INSERT INTO price_book (book_id, version) VALUES (1, 0);
