import { randomUUID } from 'node:crypto';

import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';

import { connect, inWorkspace } from '../support/database.js';
import { tenantTables } from './catalogue-rules.js';
import { aFullWorkspace, DERIVED_TABLES, insertRow, INSERTS } from './tenant-rows.js';
import { serviceUrl } from '../support/service-url.js';

const TABLES = [...Object.keys(INSERTS), ...DERIVED_TABLES];
const COUNTED = ['contacts', 'bookings', 'tasks', 'reminders', 'calendar_accounts'];
const INSUFFICIENT_PRIVILEGE = '42501';

let ours: string;
let theirs: string;

beforeAll(async () => {
  const client = new Client({ connectionString: serviceUrl('appUrl') });
  await client.connect();
  ours = await aFullWorkspace(client);
  theirs = await aFullWorkspace(client);
  await client.end();
});

it('is tried on every tenant table there is', async () => {
  const client = await connect(serviceUrl('superuserUrl'));

  expect((await tenantTables(client)).sort()).toEqual([...TABLES].sort());
});

describe.each(TABLES)('%s under the application’s role', (table) => {
  it('has no rows without a context, nor with an empty one', async () => {
    const client = await connect(serviceUrl('appUrl'));

    expect(await countOf(client, table)).toBe(0);
    await client.query(`SELECT set_config('app.workspace_id', '', false)`);
    expect(await countOf(client, table)).toBe(0);
  });

  it('refuses a context that is not an id', async () => {
    const client = await connect(serviceUrl('appUrl'));
    await client.query(`SELECT set_config('app.workspace_id', 'everything', false)`);

    await expect(countOf(client, table)).rejects.toMatchObject({ code: '22P02' });
  });

  it('shows the rows of the context’s workspace and no others', async () => {
    const client = await connect(serviceUrl('appUrl'));
    const key = keyOf(table);

    const { rows } = await inWorkspace(client, ours, () => client.query(`SELECT DISTINCT ${key} AS id FROM ${table}`));

    expect(rows).toEqual([{ id: ours }]);
  });

  it('cannot change or remove a row of another workspace', async () => {
    const client = await connect(serviceUrl('appUrl'));
    const key = keyOf(table);

    const touched = await touchedRows(client, `UPDATE ${table} SET ${key} = ${key} WHERE ${key} = $1`);
    const removed = await touchedRows(client, `DELETE FROM ${table} WHERE ${key} = $1`);

    // A command that the role has no privilege for fails altogether.
    expect([0, INSUFFICIENT_PRIVILEGE]).toContain(touched);
    expect([0, INSUFFICIENT_PRIVILEGE]).toContain(removed);
  });

  it('cannot give a row to another workspace', async () => {
    const client = await connect(serviceUrl('appUrl'));
    const key = keyOf(table);

    const moved = inWorkspace(client, ours, () => client.query(`UPDATE ${table} SET ${key} = $1`, [theirs]));

    await expect(moved).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|23514)$/) });
  });
});

it.each(Object.keys(INSERTS))(
  'refuses to insert into %s for another workspace, or without a context',
  async (table) => {
    const client = await connect(serviceUrl('appUrl'));
    const insert = () => insertRow(client, table, theirs);

    await expect(inWorkspace(client, ours, insert)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    await expect(insert()).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  },
);

describe('the application’s role', () => {
  it.each([
    'ALTER TABLE contacts DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE contacts ADD COLUMN extra text',
    'DROP POLICY workspace_isolation ON contacts',
    'CREATE POLICY open ON contacts USING (true)',
    'TRUNCATE contacts CASCADE',
    'TRUNCATE audit_events',
    'DROP TABLE outbox',
    'SET ROLE calkeep_owner',
    'SET SESSION AUTHORIZATION calkeep_owner',
    'ALTER ROLE calkeep_app BYPASSRLS',
    'CREATE TABLE public.copies (id uuid)',
    'CREATE FUNCTION app.helper() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'SET session_replication_role = replica',
    'SELECT * FROM _prisma_migrations',
    'UPDATE resource_counters SET total = 0',
    'UPDATE audit_events SET payload = DEFAULT',
    'DELETE FROM audit_events',
    `COPY contacts TO '/tmp/contacts'`,
  ])('cannot: %s', async (statement) => {
    const client = await connect(serviceUrl('appUrl'));
    // Never committed: should it succeed, the other tests keep their rows.
    await client.query('BEGIN');

    await expect(client.query(statement)).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  it('gets an error, not rows, when it switches row security off', async () => {
    const client = await connect(serviceUrl('appUrl'));
    await client.query('SET row_security = off');

    await expect(client.query('SELECT * FROM contacts')).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  it('loses its context with the transaction', async () => {
    const client = await connect(serviceUrl('appUrl'));
    await inWorkspace(client, ours, () => countOf(client, 'contacts'));

    expect(await countOf(client, 'contacts')).toBe(0);
  });
});

describe('the owner', () => {
  it('is bound by the policies as well', async () => {
    const client = await connect(serviceUrl('ownerUrl'));

    expect(await countOf(client, 'contacts')).toBe(0);
  });

  it.each(['UPDATE audit_events SET payload = DEFAULT', 'DELETE FROM audit_events', 'TRUNCATE audit_events'])(
    'cannot: %s',
    async (statement) => {
      const client = await connect(serviceUrl('ownerUrl'));

      const change = inWorkspace(client, ours, () => client.query(statement));

      await expect(change).rejects.toThrow('the audit log is append-only');
    },
  );
});

describe.each(['ownerUrl', 'superuserUrl'] as const)('a reference across workspaces, stored through %s', (url) => {
  it.each([
    [`INSERT INTO tasks (workspace_id, id, title, contact_id) VALUES ($1, $2, 'Task', $3)`, 'contacts'],
    [
      `INSERT INTO bookings (workspace_id, id, title, start_at, end_at, contact_id)
      VALUES ($1, $2, 'Call', now(), now() + interval '1 hour', $3)`,
      'contacts',
    ],
    [
      `INSERT INTO reminders (workspace_id, id, title, due_at, booking_id) VALUES ($1, $2, 'Call', now(), $3)`,
      'bookings',
    ],
    [`INSERT INTO reminders (workspace_id, id, title, due_at, task_id) VALUES ($1, $2, 'Call', now(), $3)`, 'tasks'],
    [
      `INSERT INTO api_tokens (workspace_id, id, label, display_prefix, mode, scopes, lineage_id, predecessor_id)
      VALUES ($1, $2, 'Token', 'ck_live_abcd', 'live', '{contacts:read}', $2, $3)`,
      'api_tokens',
    ],
    [
      `INSERT INTO api_token_hashes (workspace_id, token_id, token_hash, key_id)
      VALUES ($1, $3, sha256($2::uuid::text::bytea), 'k')`,
      'api_tokens',
    ],
  ])('is refused: %s', async (statement, target) => {
    const client = await connect(serviceUrl(url));
    const foreignId = await inWorkspace(client, theirs, async () => {
      const { rows } = await client.query(`SELECT id FROM ${target} WHERE workspace_id = $1 LIMIT 1`, [theirs]);
      return rows[0]?.id;
    });

    const stored = inWorkspace(client, ours, () => client.query(statement, [ours, randomUUID(), foreignId]));

    await expect(stored).rejects.toMatchObject({ code: '23503' });
  });
});

it.each(COUNTED)('a row of %s cannot change its workspace even for a superuser', async (table) => {
  const client = await connect(serviceUrl('superuserUrl'));

  const moved = client.query(`UPDATE ${table} SET workspace_id = $1 WHERE workspace_id = $2`, [theirs, ours]);

  await expect(moved).rejects.toThrow('a row cannot change its workspace');
});

function keyOf(table: string): string {
  return table === 'workspaces' ? 'id' : 'workspace_id';
}

async function countOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
  return rows[0]?.count ?? Number.NaN;
}

/** Rows of the other workspace that a statement reached, or the SQLSTATE with which it failed. */
async function touchedRows(client: Client, statement: string): Promise<unknown> {
  return inWorkspace(client, ours, () => client.query(statement, [theirs])).then(
    (result) => result.rowCount,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}
