import { randomUUID } from 'node:crypto';

import { type Client } from 'pg';
import { expect, it } from 'vitest';

import { connect, inWorkspace } from '../support/database.js';
import { insertRow } from './tenant-rows.js';
import { serviceUrl } from '../support/service-url.js';

const COUNTED = ['contacts', 'bookings', 'tasks', 'reminders', 'calendar_accounts'];

it.each(COUNTED)('counts %s exactly through inserts, deletes and a rollback', async (table) => {
  const client = await connect(serviceUrl('appUrl'));
  const workspaceId = await anEmptyWorkspace(client);
  const insert = () => insertRow(client, table, workspaceId);

  for (let row = 0; row < 3; row += 1) await inWorkspace(client, workspaceId, insert);
  await inWorkspace(client, workspaceId, async () => {
    await insert();
    throw new Error('changed my mind');
  }).catch(() => undefined);
  expect(await totalAndRows(client, workspaceId, table)).toEqual({ total: 3, rows: 3 });

  await inWorkspace(client, workspaceId, () =>
    client.query(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} LIMIT 2)`),
  );
  expect(await totalAndRows(client, workspaceId, table)).toEqual({ total: 1, rows: 1 });
});

it('counts many rows of one statement, those skipped by ON CONFLICT left out', async () => {
  const client = await connect(serviceUrl('appUrl'));
  const workspaceId = await anEmptyWorkspace(client);
  const insert = `INSERT INTO contacts (workspace_id, id, email)
    SELECT $1, gen_random_uuid(), format('%s@acme.test', n) FROM generate_series(1, $2::int) AS n ON CONFLICT DO NOTHING`;

  await inWorkspace(client, workspaceId, () => client.query(insert, [workspaceId, 100]));
  await inWorkspace(client, workspaceId, () => client.query(insert, [workspaceId, 120]));

  expect(await totalAndRows(client, workspaceId, 'contacts')).toEqual({ total: 120, rows: 120 });
});

it('stays exact when eight sessions insert, delete and roll back at once', async () => {
  const client = await connect(serviceUrl('appUrl'));
  const workspaceId = await anEmptyWorkspace(client);
  const sessions = await Promise.all(Array.from({ length: 8 }, () => connect(serviceUrl('appUrl'))));

  await Promise.all(sessions.map((session) => churn(session, workspaceId)));

  // Twenty rounds a session: each adds two contacts, every other one removes one, every fifth is undone.
  expect(await totalAndRows(client, workspaceId, 'contacts')).toEqual({ total: 8 * 24, rows: 8 * 24 });
});

it('does not move when another workspace writes', async () => {
  const client = await connect(serviceUrl('appUrl'));
  const [first, second] = [await anEmptyWorkspace(client), await anEmptyWorkspace(client)];

  await inWorkspace(client, second, () => insertRow(client, 'contacts', second));

  expect(await totalAndRows(client, first, 'contacts')).toEqual({ total: 0, rows: 0 });
});

async function churn(session: Client, workspaceId: string): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    await inWorkspace(session, workspaceId, async () => {
      await insertRow(session, 'contacts', workspaceId);
      await insertRow(session, 'contacts', workspaceId);
      if (round % 2 === 0) await removeOne(session);
      if (round % 5 === 0) throw new Error('undone');
    }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'undone') throw error;
    });
  }
}

/** Skips rows that another session is removing, so that exactly one goes. */
async function removeOne(session: Client): Promise<void> {
  const { rowCount } = await session.query(
    `WITH one AS MATERIALIZED (SELECT id FROM contacts LIMIT 1 FOR UPDATE SKIP LOCKED)
     DELETE FROM contacts USING one WHERE contacts.id = one.id`,
  );
  expect(rowCount).toBe(1);
}

async function anEmptyWorkspace(client: Client): Promise<string> {
  const workspaceId = randomUUID();
  await inWorkspace(client, workspaceId, () => insertRow(client, 'workspaces', workspaceId));
  return workspaceId;
}

async function totalAndRows(client: Client, workspaceId: string, table: string): Promise<unknown> {
  const { rows } = await inWorkspace(client, workspaceId, () =>
    client.query(
      `SELECT (SELECT coalesce(sum(total), 0)::int FROM resource_counters WHERE resource = $1) AS total,
              (SELECT count(*)::int FROM ${table}) AS rows`,
      [table],
    ),
  );
  return rows[0];
}
