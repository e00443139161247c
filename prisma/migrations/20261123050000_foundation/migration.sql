-- The foundation: workspaces and what belongs to them, behind row-level security.
--
-- Rules that a test reads back from the catalogue:
--   * a tenant table leads every key and every foreign key with workspace_id, so that a reference
--     across workspaces cannot be stored and no unique index tells one tenant of another's rows;
--   * it forces row-level security, with a policy that covers every command;
--   * the application's role (calkeep_app) owns nothing and cannot bypass any of it.

-- ---------------------------------------------------------------------------------------------
-- The application's role. It cannot log in until `calkeep migrate` or an operator gives it a
-- password: a role that exists is not yet a door.
-- ---------------------------------------------------------------------------------------------
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'calkeep_app') THEN
    CREATE ROLE calkeep_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  -- Roles belong to the cluster: another database of it may be migrating at this moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA public, app TO calkeep_app;

-- ---------------------------------------------------------------------------------------------
-- Small global tables: no workspace owns their rows.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE plans (
  code                      text PRIMARY KEY,
  name                      text    NOT NULL,
  rank                      integer NOT NULL,
  has_api_tokens            boolean NOT NULL,
  active_tokens_max         integer NOT NULL,
  token_requests_per_minute     integer NOT NULL,
  workspace_requests_per_minute integer NOT NULL,
  contacts_max              integer,
  custom_fields_max         integer NOT NULL,
  audit_retention_days      integer NOT NULL
);

INSERT INTO plans
  (code, name, rank, has_api_tokens, active_tokens_max, token_requests_per_minute,
   workspace_requests_per_minute, contacts_max, custom_fields_max, audit_retention_days)
VALUES
  ('free',       'Free',       0, false,   0,   0,    0,    1000,  10,   30),
  ('pro',        'Pro',        1, false,   0,   0,    0,   10000,  25,   90),
  ('business',   'Business',   2, true,   50, 120,  600,  250000,  50,  365),
  ('enterprise', 'Enterprise', 3, true,  500, 600, 6000,    NULL, 100, 2555);

CREATE TABLE users (
  id            uuid PRIMARY KEY,
  email         text NOT NULL,
  name          text NOT NULL,
  password_hash text NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

-- One TOTP factor a user. The secret is sealed (AES-256-GCM) under the key that key_id names and
-- bound to its row; last_time_step makes a code work once.
CREATE TABLE user_totp_factors (
  user_id        uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret_sealed  bytea NOT NULL,
  key_id         text  NOT NULL,
  last_time_step bigint,
  confirmed_at   timestamptz(3),
  created_at     timestamptz(3) NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------------------------------------
-- Workspaces. Each live one has a sandbox twin, a workspace of its own in every respect: that is
-- where ck_test_ tokens work, and why the sandbox needs no second isolation mechanism.
-- The override columns are the operator's; NULL means what the plan says.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE workspaces (
  id                       uuid PRIMARY KEY,
  name                     text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  slug                     text NOT NULL,
  plan_code                text NOT NULL REFERENCES plans (code),
  timezone                 text NOT NULL DEFAULT 'UTC',
  sandbox_id               uuid UNIQUE REFERENCES workspaces (id) DEFERRABLE INITIALLY DEFERRED,
  requests_per_minute      integer CHECK (requests_per_minute > 0),
  ip_allowlist             cidr[]  NOT NULL DEFAULT '{}',
  token_lifetime_days_max  integer CHECK (token_lifetime_days_max > 0),
  is_mfa_required          boolean NOT NULL DEFAULT false,
  created_at               timestamptz(3) NOT NULL DEFAULT now(),
  updated_at               timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  user_id      uuid NOT NULL REFERENCES users (id),
  role         text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'auditor')),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user_id_idx ON memberships (user_id);

-- ---------------------------------------------------------------------------------------------
-- API tokens. lineage_id is the id of the first token of a chain of rotations. The quota columns
-- are the operator's own limit for one token: quota requests in each window.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE api_tokens (
  workspace_id         uuid NOT NULL REFERENCES workspaces (id),
  id                   uuid NOT NULL,
  label                text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
  display_prefix       text NOT NULL,
  mode                 text NOT NULL CHECK (mode IN ('live', 'test')),
  scopes               text[] NOT NULL CHECK (cardinality(scopes) > 0),
  ip_allowlist         cidr[] NOT NULL DEFAULT '{}',
  quota                integer CHECK (quota > 0),
  quota_window_seconds integer CHECK (quota_window_seconds > 0),
  lineage_id           uuid NOT NULL,
  predecessor_id       uuid,
  created_by           uuid REFERENCES users (id),
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  expires_at           timestamptz(3),
  retires_at           timestamptz(3),
  disabled_at          timestamptz(3),
  revoked_at           timestamptz(3),
  revoked_reason       text,
  last_used_at         timestamptz(3),
  last_used_ip         inet,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, predecessor_id) REFERENCES api_tokens (workspace_id, id),
  CHECK ((quota IS NULL) = (quota_window_seconds IS NULL))
);
CREATE INDEX api_tokens_created_idx ON api_tokens (workspace_id, created_at DESC, id DESC);

-- Which workspace and token a presented secret belongs to: the one look-up that happens before a
-- workspace is known. token_hash is HMAC-SHA-256 under the pepper that key_id names.
CREATE TABLE api_token_hashes (
  token_hash   bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  key_id       text NOT NULL,
  workspace_id uuid NOT NULL,
  token_id     uuid NOT NULL,
  FOREIGN KEY (workspace_id, token_id) REFERENCES api_tokens (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX api_token_hashes_token_idx ON api_token_hashes (workspace_id, token_id);

-- ---------------------------------------------------------------------------------------------
-- The CRM's resources. The created_idx of each serves the default order of lists, and its deep
-- pages by an index-only scan.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE contacts (
  workspace_id  uuid NOT NULL REFERENCES workspaces (id),
  id            uuid NOT NULL,
  first_name    text,
  last_name     text,
  email         text,
  phone         text,
  company       text,
  title         text,
  notes         text,
  tags          text[] NOT NULL DEFAULT '{}',
  custom_fields jsonb  NOT NULL DEFAULT '{}',
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  CHECK (num_nonnulls(first_name, last_name, email, phone) > 0)
);
CREATE UNIQUE INDEX contacts_email_key ON contacts (workspace_id, lower(email)) WHERE email IS NOT NULL;
CREATE INDEX contacts_created_idx ON contacts (workspace_id, created_at DESC, id DESC);

CREATE TABLE bookings (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  title        text NOT NULL,
  status       text NOT NULL DEFAULT 'confirmed'
               CHECK (status IN ('confirmed', 'cancelled', 'rescheduled', 'no_show', 'completed')),
  start_at     timestamptz(3) NOT NULL,
  end_at       timestamptz(3) NOT NULL,
  timezone     text NOT NULL DEFAULT 'UTC',
  location     text,
  contact_id   uuid,
  attendees    jsonb NOT NULL DEFAULT '[]',
  cancellation jsonb,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
  CHECK (end_at > start_at),
  CHECK ((cancellation IS NOT NULL) = (status = 'cancelled'))
);
CREATE INDEX bookings_created_idx ON bookings (workspace_id, created_at DESC, id DESC);
CREATE INDEX bookings_start_idx ON bookings (workspace_id, start_at, id);
CREATE INDEX bookings_contact_idx ON bookings (workspace_id, contact_id);

CREATE TABLE tasks (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  title        text NOT NULL,
  notes        text,
  status       text NOT NULL DEFAULT 'open'
               CHECK (status IN ('open', 'in_progress', 'done', 'cancelled')),
  due_at       timestamptz(3),
  contact_id   uuid,
  completed_at timestamptz(3),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
  CHECK ((completed_at IS NOT NULL) = (status = 'done'))
);
CREATE INDEX tasks_created_idx ON tasks (workspace_id, created_at DESC, id DESC);
CREATE INDEX tasks_due_idx ON tasks (workspace_id, due_at, id);
CREATE INDEX tasks_contact_idx ON tasks (workspace_id, contact_id);

CREATE TABLE reminders (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  title        text NOT NULL,
  status       text NOT NULL DEFAULT 'scheduled' CHECK (status IN ('scheduled', 'sent', 'dismissed')),
  due_at       timestamptz(3) NOT NULL,
  contact_id   uuid,
  booking_id   uuid,
  task_id      uuid,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id),
  FOREIGN KEY (workspace_id, booking_id) REFERENCES bookings (workspace_id, id),
  FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id),
  CONSTRAINT reminders_one_target CHECK (num_nonnulls(contact_id, booking_id, task_id) = 1)
);
CREATE INDEX reminders_created_idx ON reminders (workspace_id, created_at DESC, id DESC);
CREATE INDEX reminders_due_idx ON reminders (workspace_id, due_at, id);
CREATE INDEX reminders_contact_idx ON reminders (workspace_id, contact_id);
CREATE INDEX reminders_booking_idx ON reminders (workspace_id, booking_id);
CREATE INDEX reminders_task_idx ON reminders (workspace_id, task_id);

CREATE TABLE calendar_accounts (
  workspace_id    uuid NOT NULL REFERENCES workspaces (id),
  id              uuid NOT NULL,
  provider        text NOT NULL CHECK (provider IN ('google', 'microsoft', 'apple', 'caldav')),
  email           text NOT NULL,
  status          text NOT NULL CHECK (status IN ('ok', 'degraded', 'failing', 'disconnected')),
  last_sync_at    timestamptz(3),
  last_error_code text,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX calendar_accounts_created_idx ON calendar_accounts (workspace_id, created_at DESC, id DESC);

-- ---------------------------------------------------------------------------------------------
-- The audit log: append-only rows in one hash chain a workspace. audit_heads holds the end of each
-- chain; locking its row puts the appends of one workspace in order and leaves the others alone.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE audit_heads (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces (id),
  seq          bigint NOT NULL,
  hash         bytea  NOT NULL CHECK (length(hash) = 32)
);

CREATE TABLE audit_events (
  workspace_id      uuid   NOT NULL REFERENCES workspaces (id),
  seq               bigint NOT NULL,
  id                uuid   NOT NULL,
  action            text   NOT NULL,
  actor_type        text   NOT NULL CHECK (actor_type IN ('user', 'token', 'operator', 'system')),
  actor_id          text,
  actor_name        text,
  target_type       text,
  target_id         text,
  ip                inet,
  user_agent        text,
  request_id        text,
  client_request_id text,
  payload           jsonb  NOT NULL DEFAULT '{}',
  created_at        timestamptz(3) NOT NULL,
  prev_hash         bytea  NOT NULL CHECK (length(prev_hash) = 32),
  hash              bytea  NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (workspace_id, seq),
  UNIQUE (workspace_id, id)
);

CREATE FUNCTION app.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_audit_change();

-- ---------------------------------------------------------------------------------------------
-- Idempotency keys (one a workspace, token lineage, route and key) and the outbox, from which jobs
-- leave only when the transaction that wrote them has committed.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE idempotency_keys (
  workspace_id    uuid NOT NULL REFERENCES workspaces (id),
  lineage_id      uuid NOT NULL,
  route           text NOT NULL,
  key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash    bytea NOT NULL CHECK (length(request_hash) = 32),
  response_status integer,
  response_data   text,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  expires_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, lineage_id, route, key)
);
CREATE INDEX idempotency_keys_expires_idx ON idempotency_keys (workspace_id, expires_at);

CREATE TABLE outbox (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  topic        text NOT NULL,
  payload      jsonb NOT NULL,
  request_id   text,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);

-- ---------------------------------------------------------------------------------------------
-- Exact totals at any size: rows per workspace and resource, kept in the transaction that adds or
-- removes them. The slots keep two writers of one workspace from waiting for each other; a total is
-- the sum of its slots. The application's role can read them and nothing else.
-- ---------------------------------------------------------------------------------------------
CREATE TABLE resource_counters (
  workspace_id uuid     NOT NULL REFERENCES workspaces (id),
  resource     text     NOT NULL,
  slot         smallint NOT NULL,
  total        bigint   NOT NULL,
  PRIMARY KEY (workspace_id, resource, slot)
);

CREATE FUNCTION app.count_changed_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Ordered, so that two statements that touch several workspaces cannot deadlock.
  INSERT INTO public.resource_counters AS counter (workspace_id, resource, slot, total)
  SELECT workspace_id, TG_TABLE_NAME, pg_backend_pid() % 16,
         CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
  FROM changed GROUP BY workspace_id ORDER BY workspace_id
  ON CONFLICT (workspace_id, resource, slot) DO UPDATE SET total = counter.total + excluded.total;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.count_changed_rows() FROM PUBLIC;

-- A row never changes its workspace: the counters, and everything else, rest on that.
CREATE FUNCTION app.refuse_workspace_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a row cannot change its workspace' USING ERRCODE = 'check_violation';
END
$$;

-- TRUNCATE would pass by the counters.
CREATE FUNCTION app.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'use DELETE: TRUNCATE would leave the totals behind' USING ERRCODE = 'insufficient_privilege';
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['contacts', 'bookings', 'tasks', 'reminders', 'calendar_accounts'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_truncate()', name || '_refuse_truncate', name);
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION app.count_changed_rows()', name || '_count_inserted', name);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION app.count_changed_rows()', name || '_count_deleted', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OF workspace_id ON %I FOR EACH ROW
      WHEN (old.workspace_id IS DISTINCT FROM new.workspace_id)
      EXECUTE FUNCTION app.refuse_workspace_change()', name || '_keep_workspace', name);
  END LOOP;
END
$$;

-- ---------------------------------------------------------------------------------------------
-- Row-level security. The setting is '' and not NULL once a transaction has set it locally, hence
-- nullif; the scalar subquery is evaluated once a statement, not once a row.
-- ---------------------------------------------------------------------------------------------
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['memberships', 'api_tokens', 'contacts', 'bookings', 'tasks', 'reminders',
    'calendar_accounts', 'audit_heads', 'audit_events', 'idempotency_keys', 'outbox', 'resource_counters'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY workspace_isolation ON %I FOR ALL TO PUBLIC
      USING (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))
      WITH CHECK (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))', name);
  END LOOP;
END
$$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace_isolation ON workspaces FOR ALL TO PUBLIC
  USING (id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid))
  WITH CHECK (id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid));

-- Anyone may ask whose a hash is, that being the question that comes before a workspace is known; only
-- the workspace itself may add one of its own.
ALTER TABLE api_token_hashes ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_token_hashes FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON api_token_hashes FOR SELECT TO PUBLIC USING (true);
CREATE POLICY workspace_isolation ON api_token_hashes FOR INSERT TO PUBLIC
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid));

-- ---------------------------------------------------------------------------------------------
-- What the application's role may do: no DELETE where the log or a reference needs the row, and
-- neither UPDATE nor DELETE on the audit log.
-- ---------------------------------------------------------------------------------------------
GRANT SELECT ON plans, resource_counters TO calkeep_app;
GRANT SELECT, INSERT ON audit_events, api_token_hashes TO calkeep_app;
GRANT SELECT, INSERT, UPDATE ON users, audit_heads TO calkeep_app;
-- Neither a token's mode, lineage and workspace, nor the operator's own limit for it.
GRANT SELECT, INSERT ON api_tokens TO calkeep_app;
GRANT UPDATE (label, scopes, ip_allowlist, updated_at, expires_at, retires_at, disabled_at, revoked_at,
  revoked_reason, last_used_at, last_used_ip) ON api_tokens TO calkeep_app;
-- Neither the plan nor the twin: those are the operator's to change (`calkeep plan set`, as the owner).
GRANT SELECT, INSERT ON workspaces TO calkeep_app;
GRANT UPDATE (name, slug, timezone, ip_allowlist, token_lifetime_days_max, is_mfa_required, updated_at)
  ON workspaces TO calkeep_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_totp_factors, memberships, contacts, bookings, tasks,
  reminders, calendar_accounts, idempotency_keys, outbox TO calkeep_app;
