-- What of a lease was granted before the last expiry or revocation: its counter "granted" then.
-- Only money from before can be what that expiry pins; what was granted since and is given back
-- lowers no pin.
ALTER TABLE lease ADD COLUMN pinned_granted bigint NOT NULL DEFAULT 0;
