-- How the requests of each token were answered, by the hour in which they were. Processes count in memory and leave what
-- they counted to the worker in batches; a batch that was applied is remembered for longer than its job can come back.

CREATE TABLE api_token_usage (
  workspace_id  uuid NOT NULL,
  token_id      uuid NOT NULL,
  -- Its beginning, in UTC.
  hour          timestamptz(3) NOT NULL CHECK (date_trunc('hour', hour, 'UTC') = hour),
  succeeded     bigint NOT NULL DEFAULT 0,
  -- Those refused by a limit included.
  client_errors bigint NOT NULL DEFAULT 0,
  server_errors bigint NOT NULL DEFAULT 0,
  rate_limited  bigint NOT NULL DEFAULT 0 CHECK (rate_limited <= client_errors),
  PRIMARY KEY (workspace_id, token_id, hour),
  FOREIGN KEY (workspace_id, token_id) REFERENCES api_tokens (workspace_id, id)
);
-- What retention goes by.
CREATE INDEX api_token_usage_hour_idx ON api_token_usage (workspace_id, hour);

CREATE TABLE api_token_usage_batches (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  expires_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX api_token_usage_batches_expires_idx ON api_token_usage_batches (workspace_id, expires_at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['api_token_usage', 'api_token_usage_batches'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY workspace_isolation ON %I FOR ALL TO PUBLIC
      USING (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))
      WITH CHECK (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, DELETE ON api_token_usage, api_token_usage_batches TO calkeep_app;
-- Rows are locked before they are removed, which asks for this.
GRANT UPDATE (expires_at) ON api_token_usage_batches TO calkeep_app;
GRANT UPDATE (succeeded, client_errors, server_errors, rate_limited) ON api_token_usage TO calkeep_app;
