/** A statement that breaks one rule on a database that keeps all of them, and what the rule has to say. */
export interface Offence {
  rule: string;
  statement: string;
  violation: string;
}

const CONTEXT = `(SELECT nullif(current_setting('app.workspace_id', true), '')::uuid)`;

const offences = (rule: string, pairs: Record<string, string>): Offence[] =>
  Object.entries(pairs).map(([statement, violation]) => ({ rule, statement, violation }));

export const OFFENCES: Offence[] = [
  ...offences('every tenant table forces row-level security', {
    'CREATE TABLE notes (workspace_id uuid NOT NULL, id uuid, PRIMARY KEY (workspace_id, id))':
      'notes does not enable row-level security',
    'CREATE TABLE app.notes (workspace_id uuid NOT NULL, id uuid, PRIMARY KEY (workspace_id, id))':
      'app.notes does not enable row-level security',
    'ALTER TABLE contacts DISABLE ROW LEVEL SECURITY': 'contacts does not enable row-level security',
    [`CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere;
      CREATE FOREIGN TABLE notes (workspace_id uuid NOT NULL) SERVER elsewhere`]:
      'notes is a foreign table, which has no row-level security',
    'ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY': 'contacts does not force row-level security',
  }),
  ...offences('policies cover every command', {
    'DROP POLICY workspace_isolation ON tasks': 'tasks has no policy for SELECT',
    [`DROP POLICY workspace_isolation ON tasks;
      CREATE POLICY workspace_isolation ON tasks FOR SELECT USING (workspace_id = ${CONTEXT})`]:
      'tasks has no policy for DELETE',
    [`DROP POLICY workspace_isolation ON tasks;
      CREATE POLICY workspace_isolation ON tasks FOR ALL USING (workspace_id = ${CONTEXT})`]:
      'tasks has no policy for INSERT',
    [`ALTER POLICY workspace_isolation ON tasks TO calkeep_owner`]: 'tasks has no policy for UPDATE',
  }),
  ...offences('every policy compares the workspace with the context', {
    'CREATE POLICY open ON contacts FOR SELECT USING (true)':
      'contacts has the policy open, which does not compare workspace_id with the context',
    'CREATE POLICY open ON contacts FOR INSERT TO calkeep_app WITH CHECK (true)':
      'contacts has the policy open, which does not compare workspace_id with the context',
    [`ALTER POLICY workspace_isolation ON workspaces USING (sandbox_id = ${CONTEXT})`]:
      'workspaces has the policy workspace_isolation, which does not compare id with the context',
    [`ALTER POLICY workspace_isolation ON outbox WITH CHECK (workspace_id IS NOT NULL)`]:
      'outbox has the policy workspace_isolation, which does not compare workspace_id with the context',
  }),
  ...offences('every tenant table has a mandatory workspace', {
    'CREATE TABLE notes (id uuid PRIMARY KEY)': 'notes has no mandatory workspace_id of type uuid',
    'CREATE TABLE notes (workspace_id uuid, id uuid)': 'notes has no mandatory workspace_id of type uuid',
  }),
  ...offences('every key leads with the workspace', {
    'CREATE TABLE notes (workspace_id uuid, id uuid CONSTRAINT notes_id PRIMARY KEY)':
      'notes has the key notes_id, which does not lead with workspace_id',
    'CREATE TABLE notes (workspace_id uuid NOT NULL)': 'notes has no primary key',
    'ALTER TABLE contacts ADD CONSTRAINT contacts_phone_key UNIQUE (phone, workspace_id)':
      'contacts has the key contacts_phone_key, which does not lead with workspace_id',
    'CREATE UNIQUE INDEX contacts_by_email ON contacts (lower(email), workspace_id)':
      'contacts has the key contacts_by_email, which does not lead with workspace_id',
    'CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug)':
      'workspaces has the key workspaces_slug, which does not lead with id',
    'ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING btree (start_at WITH =)':
      'bookings has the key bookings_overlap, which does not lead with workspace_id',
  }),
  ...offences('every foreign key leads with the workspace', {
    [`ALTER TABLE contacts ADD UNIQUE (id, workspace_id);
      ALTER TABLE tasks ADD CONSTRAINT tasks_swapped FOREIGN KEY (contact_id, workspace_id)
      REFERENCES contacts (id, workspace_id)`]:
      'tasks has the foreign key tasks_swapped, which does not lead with the workspace',
    [`ALTER TABLE contacts ADD UNIQUE (id);
      ALTER TABLE tasks ADD CONSTRAINT tasks_single FOREIGN KEY (contact_id) REFERENCES contacts (id)`]:
      'tasks has the foreign key tasks_single, which does not lead with the workspace',
    'ALTER TABLE tasks ADD CONSTRAINT tasks_other FOREIGN KEY (id) REFERENCES workspaces (id)':
      'tasks has the foreign key tasks_other, which does not lead with the workspace',
    [`ALTER TABLE contacts ADD UNIQUE (id);
      ALTER TABLE users ADD CONSTRAINT users_contact FOREIGN KEY (id) REFERENCES contacts (id)`]:
      'users has the foreign key users_contact, which does not lead with the workspace',
  }),
  ...offences('views run with the rights of their caller', {
    'CREATE VIEW everybody AS SELECT * FROM contacts': 'everybody is a view without security_invoker',
    'CREATE VIEW everybody WITH (security_invoker = false) AS SELECT * FROM contacts':
      'everybody is a view without security_invoker',
    'CREATE MATERIALIZED VIEW everybody AS SELECT * FROM contacts':
      'everybody is a materialized view, which has no row-level security',
  }),
  ...offences("the application's role owns nothing", {
    'ALTER TABLE contacts OWNER TO calkeep_app': 'table contacts is owned by calkeep_app',
    'ALTER FUNCTION app.count_changed_rows() OWNER TO calkeep_app':
      'function app.count_changed_rows() is owned by calkeep_app',
  }),
  ...offences("the application's role cannot step round the policies", {
    'GRANT TRUNCATE ON contacts TO calkeep_app': 'contacts grants TRUNCATE to calkeep_app',
    'GRANT REFERENCES ON contacts TO PUBLIC': 'contacts grants REFERENCES to calkeep_app',
    'GRANT TRIGGER ON plans TO calkeep_app': 'plans grants TRIGGER to calkeep_app',
    'GRANT CREATE ON SCHEMA public TO PUBLIC': 'schema public lets calkeep_app create objects',
  }),
  ...offences('the audit log is append-only', {
    'GRANT UPDATE ON audit_events TO calkeep_app': 'audit_events grants UPDATE to calkeep_app',
    'GRANT UPDATE (payload) ON audit_events TO calkeep_app': 'audit_events grants UPDATE to calkeep_app',
    'GRANT DELETE ON audit_events TO PUBLIC': 'audit_events grants DELETE to calkeep_app',
    'GRANT TRUNCATE ON audit_events TO calkeep_app': 'audit_events grants TRUNCATE to calkeep_app',
    'ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only':
      'audit_events has no trigger that refuses UPDATE, DELETE and TRUNCATE',
  }),
  ...offences('SECURITY DEFINER functions pin their search_path', {
    'ALTER FUNCTION app.count_changed_rows() RESET search_path':
      'app.count_changed_rows() is SECURITY DEFINER without a pinned search_path',
  }),
];
