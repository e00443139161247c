import { faker } from '@faker-js/faker/locale/en';
import type pg from 'pg';
import { enterWorkspace } from '../in-workspace.js';
import { insertRows } from '../insert-rows.js';
import type { DemoWorkspace } from './demo-file.js';
import { emailOf, sandboxCounts, type DemoWorkspaceSpec, type RowCounts } from './demo-workspaces.js';
import { makeBookings } from './make-bookings.js';
import { makeCalendarAccounts } from './make-calendar-accounts.js';
import { makeContacts } from './make-contacts.js';
import type { MakeContext } from './make-context.js';
import { makeReminders } from './make-reminders.js';
import { makeTasks } from './make-tasks.js';
import { createUuidSource } from '../uuid-source.js';
import { unlimitedPerMinute, writeCredentials, type CredentialKeys } from './write-credentials.js';

export interface WorkspaceSeed {
  spec: DemoWorkspaceSpec;
  credentials: DemoWorkspace;
  nowMs: number;
}

/**
 * Puts a demo workspace and its sandbox into a database that has neither, within the caller's transaction, whose context is
 * the workspace afterwards.
 */
export async function seedWorkspace(client: pg.Client, keys: CredentialKeys, seed: WorkspaceSeed): Promise<void> {
  const { spec, credentials, nowMs } = seed;
  await enterWorkspace(client, spec.sandboxId);
  await insertWorkspace(client, spec, { id: spec.sandboxId, suffix: ' (sandbox)', sandboxId: null });
  await insertResources(client, spec.sandboxId, sandboxCounts, makeContext(spec, nowMs, 'sandbox'));
  await enterWorkspace(client, spec.id);
  await insertWorkspace(client, spec, { id: spec.id, suffix: '', sandboxId: spec.sandboxId });
  await writeCredentials(client, keys, spec, credentials);
  await insertResources(client, spec.id, spec.counts, makeContext(spec, nowMs, 'live'));
}

async function insertWorkspace(
  client: pg.Client,
  spec: DemoWorkspaceSpec,
  { id, suffix, sandboxId }: { id: string; suffix: string; sandboxId: string | null },
): Promise<void> {
  const row = {
    id,
    name: `${spec.name}${suffix}`,
    slug: sandboxId === null ? `${spec.slug}-sandbox` : spec.slug,
    plan_code: spec.plan,
    timezone: spec.timezone,
    sandbox_id: sandboxId,
    requests_per_minute: spec.isForBenchmarks ? unlimitedPerMinute : null,
    created_at: spec.createdAt,
    updated_at: spec.createdAt,
  };
  await insertRows(client, 'workspaces', [row]);
}

function makeContext(spec: DemoWorkspaceSpec, nowMs: number, mode: 'live' | 'sandbox'): MakeContext {
  faker.seed([...`${spec.slug} ${mode}`].map((character) => character.charCodeAt(0)));
  const host = { name: spec.users[0]?.name ?? spec.name, email: emailOf(spec, 'owner') };
  return { faker, nowMs, nextUuid: createUuidSource(), timezone: spec.timezone, host };
}

async function insertResources(
  client: pg.Client,
  workspaceId: string,
  counts: RowCounts,
  context: MakeContext,
): Promise<void> {
  // Each table's ids are in order of their own times.
  const fresh = () => ({ ...context, nextUuid: createUuidSource() });
  const contacts = makeContacts(fresh(), counts.contacts);
  const bookings = makeBookings(fresh(), contacts, counts.bookings);
  const tasks = makeTasks(fresh(), contacts, counts.tasks);
  const reminders = makeReminders(fresh(), { contacts, bookings, tasks }, counts.reminders);
  const calendarAccounts = makeCalendarAccounts(fresh(), counts.calendarAccounts);
  const insert = (table: string, rows: readonly object[]) =>
    insertRows(
      client,
      table,
      rows.map((row) => ({ workspace_id: workspaceId, ...row })),
    );
  await insert('contacts', contacts);
  await insert('bookings', bookings);
  await insert('tasks', tasks);
  await insert('reminders', reminders);
  await insert('calendar_accounts', calendarAccounts);
}
