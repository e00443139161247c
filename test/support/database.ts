import { randomUUID } from 'node:crypto';

import { Client, escapeIdentifier } from 'pg';
import { inject, onTestFinished } from 'vitest';

/** A migrated database that no test connects to, so that it can be cloned at any time. */
export const TEMPLATE_DATABASE = 'calkeep_template';
export const OWNER_ROLE = 'calkeep_owner';

/** The migrated database of one of the test runner's processes, counted from 0. */
export const slotDatabase = (slot: number) => `calkeep_${slot}`;

export interface ScratchDatabase {
  superuserUrl: string;
  ownerUrl: string;
  appUrl: string;
  drop: () => Promise<void>;
}

/** A database for one test or file alone: a clone of the migrated template, or one without any table. */
export async function scratchDatabase(
  options: { from?: 'template' | 'empty'; owner?: string } = {},
): Promise<ScratchDatabase> {
  const { from = 'template', owner = OWNER_ROLE } = options;
  const name = `scratch_${randomUUID().replaceAll('-', '')}`;
  const template = from === 'template' ? TEMPLATE_DATABASE : 'template0';
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${escapeIdentifier(owner)}`);
  return {
    superuserUrl: inDatabase(inject('superuserUrl'), name),
    ownerUrl: inDatabase(inject('ownerUrl'), name),
    appUrl: inDatabase(inject('appUrl'), name),
    drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A session that ends with the test that opened it. */
export async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  // Dropping a scratch database cuts its sessions; the query that was running reports it.
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** One transaction in the context of a workspace, rolled back if `work` throws. */
export async function inWorkspace<T>(client: Client, workspaceId: string, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT set_config('app.workspace_id', $1, true)`, [workspaceId]);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

export function inDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement as the cluster's superuser, outside of any database under test. */
export async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inDatabase(inject('superuserUrl'), 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
