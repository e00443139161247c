-- What the public lists are ordered and filtered by. Each index ends with the id, which makes its order a total one, and
-- serves both directions; one with the status serves the filter, its exact total and the default order within it.

CREATE INDEX contacts_updated_idx ON contacts (workspace_id, updated_at DESC, id DESC);

CREATE INDEX bookings_updated_idx ON bookings (workspace_id, updated_at DESC, id DESC);
CREATE INDEX bookings_status_idx ON bookings (workspace_id, status, created_at DESC, id DESC);

CREATE INDEX tasks_updated_idx ON tasks (workspace_id, updated_at DESC, id DESC);
CREATE INDEX tasks_status_idx ON tasks (workspace_id, status, created_at DESC, id DESC);
-- What is never due stands behind all that is: a place in the order that can be compared, as null cannot.
DROP INDEX tasks_due_idx;
CREATE INDEX tasks_due_idx ON tasks (workspace_id, coalesce(due_at, 'infinity'::timestamptz), id);

CREATE INDEX reminders_updated_idx ON reminders (workspace_id, updated_at DESC, id DESC);
CREATE INDEX reminders_status_idx ON reminders (workspace_id, status, created_at DESC, id DESC);
