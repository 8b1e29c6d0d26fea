-- The rows of a quarter of an hour were inserted together and are updated together: each page needs
-- room for a second version of every row on it, or an update goes to another page and to the index.
ALTER TABLE usage_roll_up SET (fillfactor = 45);
