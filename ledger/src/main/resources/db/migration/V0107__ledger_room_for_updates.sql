-- Rows that were inserted together are updated together: each page needs room for a second version of
-- every row on it, or an update goes to another page and adds to every index.
ALTER TABLE lease SET (fillfactor = 45);
ALTER TABLE spending SET (fillfactor = 45);
