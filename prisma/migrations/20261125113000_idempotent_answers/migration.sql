-- An answer that is given again brings the address of what was made as well.
ALTER TABLE idempotency_keys ADD COLUMN response_location text;
