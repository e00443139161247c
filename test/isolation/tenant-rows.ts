import { randomUUID } from 'node:crypto';

import type { Client } from 'pg';

import { inWorkspace } from '../support/database.js';

interface Ids {
  workspace: string;
  row: string;
  user: string;
}

/** One row of each tenant table, in the order of their references. The ids are UUIDs of the test's own making. */
export const INSERTS: Record<string, (ids: Ids) => string> = {
  workspaces: ({ workspace, row }) =>
    `INSERT INTO workspaces (id, name, slug, plan_code) VALUES ('${workspace}', 'Acme', '${row}', 'business')`,
  memberships: ({ workspace, user }) =>
    `INSERT INTO memberships (workspace_id, user_id, role) VALUES ('${workspace}', '${user}', 'owner')`,
  api_tokens: ({ workspace, row }) =>
    `INSERT INTO api_tokens (workspace_id, id, label, display_prefix, mode, scopes, lineage_id)
     VALUES ('${workspace}', '${row}', 'Token', 'ck_live_abcd', 'live', '{contacts:read}', '${row}')`,
  contacts: ({ workspace, row }) =>
    `INSERT INTO contacts (workspace_id, id, first_name, tags) VALUES ('${workspace}', '${row}', 'Ada', '{vip}')`,
  bookings: ({ workspace, row }) =>
    `INSERT INTO bookings (workspace_id, id, title, start_at, end_at)
     VALUES ('${workspace}', '${row}', 'Call', now(), now() + interval '1 hour')`,
  tasks: ({ workspace, row }) =>
    `INSERT INTO tasks (workspace_id, id, title) VALUES ('${workspace}', '${row}', 'Write')`,
  reminders: ({ workspace, row }) =>
    `WITH target AS (
       INSERT INTO tasks (workspace_id, id, title) VALUES ('${workspace}', gen_random_uuid(), 'Write') RETURNING id)
     INSERT INTO reminders (workspace_id, id, title, due_at, task_id)
     SELECT '${workspace}', '${row}', 'Call', now(), id FROM target`,
  calendar_accounts: ({ workspace, row }) =>
    `INSERT INTO calendar_accounts (workspace_id, id, provider, email, status)
     VALUES ('${workspace}', '${row}', 'google', 'ada@acme.test', 'ok')`,
  audit_heads: ({ workspace }) =>
    `INSERT INTO audit_heads (workspace_id, seq, hash) VALUES ('${workspace}', 0, sha256(''))`,
  audit_events: ({ workspace, row }) =>
    `INSERT INTO audit_events (workspace_id, seq, id, action, actor_type, created_at, prev_hash, hash)
     VALUES ('${workspace}', 1, '${row}', 'API_TOKEN_ISSUED', 'system', now(), sha256(''), sha256(''))`,
  audit_checkpoints: ({ workspace }) =>
    `INSERT INTO audit_checkpoints (workspace_id, seq, hash, created_at, key_id, signature)
     VALUES ('${workspace}', 1, sha256(''), now(), 'test', sha512(''))`,
  invitations: ({ workspace, row }) =>
    `INSERT INTO invitations (workspace_id, id, email, role, secret_hash, expires_at)
     VALUES ('${workspace}', '${row}', '${row}@acme.test', 'member', sha256(''), now())`,
  idempotency_keys: ({ workspace, row }) =>
    `INSERT INTO idempotency_keys (workspace_id, lineage_id, route, key, request_hash, expires_at)
     VALUES ('${workspace}', '${row}', 'POST /api/v1/contacts', 'key', sha256(''), now())`,
  api_token_usage: ({ workspace, row }) =>
    `WITH token AS (
       INSERT INTO api_tokens (workspace_id, id, label, display_prefix, mode, scopes, lineage_id)
       VALUES ('${workspace}', gen_random_uuid(), 'Token', 'ck_live_abcd', 'live', '{contacts:read}', '${row}')
       RETURNING id)
     INSERT INTO api_token_usage (workspace_id, token_id, hour)
     SELECT '${workspace}', id, date_trunc('hour', now(), 'UTC') FROM token`,
  api_token_usage_batches: ({ workspace, row }) =>
    `INSERT INTO api_token_usage_batches (workspace_id, id, expires_at) VALUES ('${workspace}', '${row}', now())`,
  outbox: ({ workspace, row }) =>
    `INSERT INTO outbox (workspace_id, id, topic, payload) VALUES ('${workspace}', '${row}', 'audit', '{}')`,
};

/** Filled by triggers on the tables above; nobody writes it. */
export const DERIVED_TABLES = ['resource_counters', 'contact_tags'];

export async function insertRow(client: Client, table: string, workspace: string, user = randomUUID()): Promise<void> {
  const insert = INSERTS[table];
  if (!insert) throw new Error(`No example row for ${table}.`);
  await client.query(insert({ workspace, row: randomUUID(), user }));
}

/** A workspace with at least one row in every tenant table, written under its own context. */
export async function aFullWorkspace(client: Client): Promise<string> {
  const workspace = randomUUID();
  const user = randomUUID();
  await client.query(`INSERT INTO users (id, email, name, password_hash) VALUES ('${user}', '${user}', 'Ada', '-')`);
  await inWorkspace(client, workspace, async () => {
    for (const table of Object.keys(INSERTS)) await insertRow(client, table, workspace, user);
  });
  return workspace;
}
