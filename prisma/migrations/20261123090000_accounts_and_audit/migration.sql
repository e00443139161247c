-- Accounts, sessions and second factors; invitations; what rotation needs; checkpoints of the audit log;
-- and the work that waits for the worker.

-- ---------------------------------------------------------------------------------------------
-- What belongs to a person, whichever workspaces that person is in.
-- ---------------------------------------------------------------------------------------------

-- secret_hash is SHA-256 of the cookie's 256 random bits. It changes at sign-in and at each proof of a
-- second factor, while the row, which its owner sees in the list of sessions, stays. A pending session has the
-- password only and still lacks the second factor.
CREATE TABLE sessions (
  id                   uuid PRIMARY KEY,
  user_id              uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  secret_hash          bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  is_pending           boolean NOT NULL,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at         timestamptz(3) NOT NULL DEFAULT now(),
  expires_at           timestamptz(3) NOT NULL,
  mfa_verified_at      timestamptz(3),
  mfa_method           text CHECK (mfa_method IN ('totp', 'webauthn')),
  mfa_credential_id    uuid,
  recovery_verified_at timestamptz(3),
  ip                   inet,
  user_agent           text,
  CHECK ((mfa_verified_at IS NULL) = (mfa_method IS NULL))
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

-- A TOTP secret that has been shown and not confirmed yet. Confirmed, it takes the place of the factor.
CREATE TABLE user_totp_enrolments (
  user_id       uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret_sealed bytea NOT NULL,
  key_id        text  NOT NULL,
  expires_at    timestamptz(3) NOT NULL
);

-- One row a passkey (WebAuthn level 3, section 4: public key credential source).
CREATE TABLE webauthn_credentials (
  id            uuid PRIMARY KEY,
  user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id bytea NOT NULL UNIQUE,
  public_key    bytea NOT NULL,
  sign_count    bigint NOT NULL,
  transports    text[] NOT NULL DEFAULT '{}',
  label         text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
  is_backed_up  boolean NOT NULL,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  last_used_at  timestamptz(3)
);
CREATE INDEX webauthn_credentials_user_id_idx ON webauthn_credentials (user_id);

-- At most one open challenge a session and purpose. It is removed by whoever answers it, right or wrong.
CREATE TABLE webauthn_challenges (
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  purpose    text NOT NULL CHECK (purpose IN ('register', 'authenticate')),
  challenge  text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (session_id, purpose)
);

-- HMAC-SHA-256 under the pepper that key_id names, as token hashes.
CREATE TABLE user_recovery_codes (
  user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash  bytea NOT NULL CHECK (length(code_hash) = 32),
  key_id     text NOT NULL,
  used_at    timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, code_hash)
);

-- Which workspaces a person is in: the one look-up of a session that happens before a workspace is known.
-- Kept by a trigger; what the membership is worth is read in the workspace's own context.
CREATE TABLE user_workspaces (
  user_id      uuid NOT NULL,
  workspace_id uuid NOT NULL,
  PRIMARY KEY (user_id, workspace_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX user_workspaces_workspace_idx ON user_workspaces (workspace_id, user_id);

-- Filled for the members there are: the migration alone may look across workspaces, and only here.
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;
INSERT INTO user_workspaces (user_id, workspace_id) SELECT user_id, workspace_id FROM memberships;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;

CREATE FUNCTION app.keep_user_workspaces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO user_workspaces (user_id, workspace_id) VALUES (new.user_id, new.workspace_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER memberships_keep_user_workspaces AFTER INSERT ON memberships
  FOR EACH ROW EXECUTE FUNCTION app.keep_user_workspaces();

ALTER TABLE user_workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON user_workspaces FOR SELECT TO PUBLIC USING (true);
CREATE POLICY workspace_isolation ON user_workspaces FOR INSERT TO PUBLIC
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid));

-- ---------------------------------------------------------------------------------------------
-- Attempts at passwords and codes: token buckets by the hash of what they count for. In PostgreSQL, and so
-- the same for every process whether Redis is there or not. Unlogged: a crash of the server forgets
-- attempts, and nothing else.
-- ---------------------------------------------------------------------------------------------
CREATE UNLOGGED TABLE attempt_buckets (
  key   bytea PRIMARY KEY CHECK (length(key) = 32),
  -- Attempts taken and not yet refilled.
  taken double precision NOT NULL,
  at    timestamptz NOT NULL,
  -- From here on the bucket is full again, and the row may go.
  full_at timestamptz NOT NULL
);
CREATE INDEX attempt_buckets_full_at_idx ON attempt_buckets (full_at);

-- Takes one attempt out of every bucket and returns no row; or takes none, and returns each bucket that is empty with the
-- whole seconds until it has one again.
CREATE FUNCTION app.take_attempt(keys bytea[], quotas integer[], window_seconds integer[])
RETURNS TABLE (empty_key bytea, wait_seconds integer)
LANGUAGE plpgsql AS $$
DECLARE
  is_refused boolean := false;
  t timestamptz := clock_timestamp();
  bucket record;
BEGIN
  -- In the order of the keys, so that two calls never wait for each other in a circle. Buckets that are there are locked
  -- on the way, and not changed: with those alone that are missing, a later one would be held while an earlier is waited for.
  INSERT INTO attempt_buckets AS known (key, taken, at, full_at)
  SELECT key, 0, t, t FROM unnest(keys) AS key ORDER BY key
  ON CONFLICT (key) DO UPDATE SET taken = known.taken WHERE false;
  FOR bucket IN
    SELECT b.key, q.quota::double precision / q.seconds AS rate, q.quota,
           greatest(0, b.taken - extract(epoch FROM greatest(t - b.at, interval '0')) * q.quota / q.seconds) AS taken
    FROM attempt_buckets b
    JOIN unnest(keys, quotas, window_seconds) AS q (key, quota, seconds) USING (key)
    ORDER BY b.key
    FOR UPDATE OF b
  LOOP
    IF bucket.taken + 1 > bucket.quota THEN
      is_refused := true;
      empty_key := bucket.key;
      wait_seconds := greatest(1, ceil((bucket.taken + 1 - bucket.quota) / bucket.rate));
      RETURN NEXT;
    END IF;
  END LOOP;
  IF is_refused THEN
    RETURN;
  END IF;
  UPDATE attempt_buckets b
  SET taken = greatest(0, b.taken - extract(epoch FROM greatest(t - b.at, interval '0')) * q.quota / q.seconds) + 1,
      at = t,
      full_at = t + make_interval(secs => (greatest(0, b.taken
        - extract(epoch FROM greatest(t - b.at, interval '0')) * q.quota / q.seconds) + 1) * q.seconds / q.quota)
  FROM unnest(keys, quotas, window_seconds) AS q (key, quota, seconds)
  WHERE b.key = q.key;
END
$$;

-- ---------------------------------------------------------------------------------------------
-- What belongs to a workspace.
-- ---------------------------------------------------------------------------------------------

-- secret_hash is SHA-256 of the link's 256 random bits.
CREATE TABLE invitations (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  id           uuid NOT NULL,
  email        text NOT NULL,
  role         text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'auditor')),
  secret_hash  bytea NOT NULL CHECK (length(secret_hash) = 32),
  invited_by   uuid REFERENCES users (id),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  expires_at   timestamptz(3) NOT NULL,
  accepted_at  timestamptz(3),
  revoked_at   timestamptz(3),
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX invitations_open_key ON invitations (workspace_id, lower(email))
  WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- Signed points of the chain (Ed25519). Append-only, as the events.
CREATE TABLE audit_checkpoints (
  workspace_id uuid   NOT NULL REFERENCES workspaces (id),
  seq          bigint NOT NULL,
  hash         bytea  NOT NULL CHECK (length(hash) = 32),
  created_at   timestamptz(3) NOT NULL,
  key_id       text   NOT NULL,
  signature    bytea  NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (workspace_id, seq)
);
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_audit_change();

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['invitations', 'audit_checkpoints'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY workspace_isolation ON %I FOR ALL TO PUBLIC
      USING (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))
      WITH CHECK (workspace_id = (SELECT nullif(current_setting(''app.workspace_id'', true), '''')::uuid))', name);
  END LOOP;
END
$$;

-- Rotation: rotated_at is when the successor was issued, retires_at (of before) when the old secret ends. A
-- token has at most one successor, whoever rotates it at the same moment.
ALTER TABLE api_tokens
  ADD COLUMN rotated_at timestamptz(3),
  ADD COLUMN expiry_notified_at timestamptz(3),
  ADD CHECK ((rotated_at IS NULL) = (retires_at IS NULL)) NOT VALID;
CREATE UNIQUE INDEX api_tokens_successor_key ON api_tokens (workspace_id, predecessor_id)
  WHERE predecessor_id IS NOT NULL;
CREATE INDEX api_tokens_expires_idx ON api_tokens (workspace_id, expires_at) WHERE revoked_at IS NULL;

CREATE INDEX audit_events_created_idx ON audit_events (workspace_id, created_at, seq);
CREATE INDEX audit_events_action_idx ON audit_events (workspace_id, action, seq);
CREATE INDEX audit_events_actor_idx ON audit_events (workspace_id, actor_id, seq);
CREATE INDEX audit_events_target_idx ON audit_events (workspace_id, target_id, seq);

-- ---------------------------------------------------------------------------------------------
-- What waits for the worker. An outbox row stays until its job has been done: a queue that lost the job is
-- filled again from here. workspace_work says, across workspaces, which of them has what to be looked after and
-- when, and nothing more of them.
-- ---------------------------------------------------------------------------------------------
-- enqueued_at is when the queue was last given it, taken_at when a worker last set about it; what failed for good
-- is set aside and stays to be looked at.
ALTER TABLE outbox
  ADD COLUMN enqueued_at timestamptz(3),
  ADD COLUMN taken_at timestamptz(3),
  ADD COLUMN set_aside_at timestamptz(3);
CREATE INDEX outbox_waiting_idx ON outbox (workspace_id, enqueued_at NULLS FIRST, id) WHERE set_aside_at IS NULL;

CREATE TABLE workspace_work (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  kind         text NOT NULL CHECK (kind IN ('outbox', 'checkpoint', 'expiry', 'retention')),
  due_at       timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, kind)
);
CREATE INDEX workspace_work_due_idx ON workspace_work (due_at);

-- ---------------------------------------------------------------------------------------------
-- What the application's role may do.
-- ---------------------------------------------------------------------------------------------
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, user_totp_enrolments, webauthn_credentials, webauthn_challenges,
  user_recovery_codes, attempt_buckets, workspace_work TO calkeep_app;
GRANT SELECT, INSERT ON user_workspaces, audit_checkpoints TO calkeep_app;
GRANT SELECT, INSERT ON invitations TO calkeep_app;
GRANT UPDATE (accepted_at, revoked_at) ON invitations TO calkeep_app;
GRANT UPDATE (rotated_at, expiry_notified_at) ON api_tokens TO calkeep_app;
