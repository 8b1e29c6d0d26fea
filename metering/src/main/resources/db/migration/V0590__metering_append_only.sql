-- The program's role gets neither UPDATE nor DELETE on tables whose comment begins with these words.
COMMENT ON TABLE usage_record IS 'append-only: one row for each request that was charged';
