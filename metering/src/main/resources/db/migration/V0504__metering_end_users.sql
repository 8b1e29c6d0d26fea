-- Finds the requests of one end user, for the pages that show what a limit of that end user counted.
-- Only requests that name one are in it: to all the others it costs nothing.
CREATE INDEX usage_record_by_end_user ON usage_record (organization_id, end_user, request_id)
    WHERE end_user IS NOT NULL;
