-- Small numbers that make the ids of processes differ. Row 0 is nobody's: its turn counts what is
-- handed out and kept, and its lock lets one do so at a time.
CREATE TABLE process_number (
    number integer NOT NULL,
    turn   bigint  NOT NULL,
    holder uuid,
    CONSTRAINT process_number_key PRIMARY KEY (number),
    CONSTRAINT process_number_bits CHECK (number BETWEEN 0 AND 4095),
    CONSTRAINT process_number_nobody CHECK (number > 0 OR holder IS NULL)
) WITH (fillfactor = 60);

CREATE INDEX process_number_turn ON process_number (turn, number);

INSERT INTO process_number (number, turn) SELECT number, 0 FROM generate_series(0, 4095) AS number;
