import { newUuid, parsePublicId, scopes as allScopes, toPublicId, type PlanCode, type Scope } from '@calkeep/contract';
import { mintApiToken } from '@calkeep/security';
import { Client } from 'pg';

import { inWorkspace } from './database.js';
import { pepperKeyring } from './secrets.js';
import { serviceUrl } from './service-url.js';

export interface TestWorkspace {
  /** Public id. */
  id: string;
  uuid: string;
  /** The twin in which ck_test_ tokens work. */
  sandboxUuid: string;
  name: string;
}

export interface TestToken {
  /** Public id. */
  id: string;
  uuid: string;
  secret: string;
  workspace: TestWorkspace;
}

let owner: Promise<Client> | undefined;
let ownerUrl: string | undefined;

/** From here on the builders of this test file build in another database than the run's. */
export function buildIn(database: { ownerUrl: string }): void {
  ownerUrl = database.ownerUrl;
}

/** The owner's session of this test file; row-level security binds it as everybody. */
function ownerClient(): Promise<Client> {
  owner ??= (async () => {
    const client = new Client({ connectionString: ownerUrl ?? serviceUrl('ownerUrl') });
    // The run's database may stop while the worker still ends.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  })();
  return owner;
}

let queue: Promise<unknown> = Promise.resolve();

/** One transaction at a time in the shared session, in a workspace. */
export function arrange<T>(workspaceUuid: string, work: (client: Client) => Promise<T>): Promise<T> {
  const run = queue.then(async () => {
    const client = await ownerClient();
    return inWorkspace(client, workspaceUuid, () => work(client));
  });
  queue = run.catch(() => undefined);
  return run;
}

/** A live workspace of its own with its sandbox twin. Limits are out of the way unless a test sets them. */
export async function aWorkspace(
  options: { name?: string; plan?: PlanCode; requestsPerMinute?: number | null; ipAllowlist?: string[] } = {},
): Promise<TestWorkspace> {
  const { name = 'Acme', plan = 'business', requestsPerMinute = 1_000_000, ipAllowlist = [] } = options;
  const uuid = newUuid();
  const sandboxUuid = newUuid();
  const insert = `
    insert into workspaces (id, name, slug, plan_code, sandbox_id, requests_per_minute, ip_allowlist)
    values ($1, $2, 'acme', $3, $4, $5, $6)`;
  await arrange(uuid, async (client) => {
    await client.query(insert, [uuid, name, plan, sandboxUuid, requestsPerMinute, ipAllowlist]);
    await client.query(`select set_config('app.workspace_id', $1, true)`, [sandboxUuid]);
    await client.query(insert, [sandboxUuid, `${name} (sandbox)`, plan, null, requestsPerMinute, []]);
  });
  return { id: toPublicId('workspace', uuid), uuid, sandboxUuid, name };
}

export interface TokenOptions {
  workspace?: TestWorkspace;
  scopes?: readonly Scope[];
  mode?: 'live' | 'test';
  /** The operator's own limit for this token; `null` leaves it to the plan. */
  quota?: { requests: number; windowSeconds: number } | null;
  expiresAt?: Date | null;
  disabledAt?: Date | null;
  revokedAt?: Date | null;
  ipAllowlist?: string[];
  label?: string;
}

/** A token that may do everything, without limits to speak of, unless a test says otherwise. */
export async function aToken(options: TokenOptions = {}): Promise<TestToken> {
  const { scopes = allScopes, mode = 'live', label = 'A token', ipAllowlist = [] } = options;
  const {
    quota = { requests: 1_000_000, windowSeconds: 60 },
    expiresAt = null,
    disabledAt = null,
    revokedAt = null,
  } = options;
  const workspace = options.workspace ?? (await aWorkspace());
  const uuid = newUuid();
  const { secret, displayPrefix } = mintApiToken(mode);
  const { keyId, hash } = pepperKeyring.hash(secret);
  await arrange(workspace.uuid, async (client) => {
    await client.query(
      `insert into api_tokens (workspace_id, id, label, display_prefix, mode, scopes, ip_allowlist, quota,
         quota_window_seconds, lineage_id, expires_at, disabled_at, revoked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $2, $10, $11, $12)`,
      [
        workspace.uuid,
        uuid,
        label,
        displayPrefix,
        mode,
        [...scopes],
        ipAllowlist,
        quota?.requests ?? null,
        quota?.windowSeconds ?? null,
        expiresAt,
        disabledAt,
        revokedAt,
      ],
    );
    await client.query(
      'insert into api_token_hashes (token_hash, key_id, workspace_id, token_id) values ($1, $2, $3, $4)',
      [hash, keyId, workspace.uuid, uuid],
    );
  });
  return { id: toPublicId('apiToken', uuid), uuid, secret, workspace };
}

/** Contacts in a workspace, a second apart, the first one newest. @returns their public ids in the order of lists. */
export async function someContacts(workspace: { uuid: string }, count: number): Promise<string[]> {
  const uuids = Array.from({ length: count }, newUuid);
  await arrange(workspace.uuid, (client) =>
    client.query(
      `insert into contacts (workspace_id, id, first_name, last_name, email, tags, created_at)
       select $1, id, 'Contact ' || position, 'Test', 'contact' || position || '@example.com', '{test}',
              now() - position * interval '1 second'
       from unnest($2::uuid[]) with ordinality as row (id, position)`,
      [workspace.uuid, uuids],
    ),
  );
  return uuids.map((uuid) => toPublicId('contact', uuid));
}

/** One contact with these columns, and the least that the table asks for. @returns its public id. */
export function aContact(workspace: { uuid: string }, columns: Record<string, unknown> = {}): Promise<string> {
  return aRow('contact', workspace, { first_name: 'Ada', ...columns });
}

/** One booking, as `aContact` makes contacts. */
export function aBooking(workspace: { uuid: string }, columns: Record<string, unknown> = {}): Promise<string> {
  const times = { start_at: '2026-03-01T09:00:00Z', end_at: '2026-03-01T09:30:00Z' };
  return aRow('booking', workspace, { title: 'Intro call', ...times, ...columns });
}

/** One task, as `aContact` makes contacts. */
export function aTask(workspace: { uuid: string }, columns: Record<string, unknown> = {}): Promise<string> {
  return aRow('task', workspace, { title: 'Write', ...columns });
}

/** One reminder, of a contact of its own unless the columns name a target. */
export async function aReminder(workspace: { uuid: string }, columns: Record<string, unknown> = {}): Promise<string> {
  const hasTarget = ['contact_id', 'booking_id', 'task_id'].some((name) => name in columns);
  const target = hasTarget ? {} : { contact_id: parsePublicId('contact', await aContact(workspace)) };
  return aRow('reminder', workspace, { title: 'Call', due_at: '2026-03-01T09:00:00Z', ...target, ...columns });
}

/** One connected calendar account, as `aContact` makes contacts. */
export function aCalendarAccount(workspace: { uuid: string }, columns: Record<string, unknown> = {}): Promise<string> {
  const account = { provider: 'google', email: 'calendar@acme.test', status: 'ok' };
  return aRow('calendarAccount', workspace, { ...account, ...columns });
}

const tableOf = {
  contact: 'contacts',
  booking: 'bookings',
  task: 'tasks',
  reminder: 'reminders',
  calendarAccount: 'calendar_accounts',
} as const;

async function aRow(
  kind: keyof typeof tableOf,
  workspace: { uuid: string },
  columns: Record<string, unknown>,
): Promise<string> {
  const row = { workspace_id: workspace.uuid, id: newUuid(), ...columns };
  const places = Object.keys(row).map((_name, index) => `$${index + 1}`);
  await arrange(workspace.uuid, (client) =>
    client.query(
      `insert into ${tableOf[kind]} (${Object.keys(row).join(', ')}) values (${places.join(', ')})`,
      Object.values(row),
    ),
  );
  return toPublicId(kind, row.id);
}

/** Bookings in a workspace, as `someContacts` makes contacts. */
export async function someBookings(workspace: { uuid: string }, count: number): Promise<string[]> {
  const uuids = Array.from({ length: count }, newUuid);
  await arrange(workspace.uuid, (client) =>
    client.query(
      `insert into bookings (workspace_id, id, title, start_at, end_at, created_at)
       select $1, id, 'Booking ' || position, now(), now() + interval '30 minutes', now() - position * interval '1 second'
       from unnest($2::uuid[]) with ordinality as row (id, position)`,
      [workspace.uuid, uuids],
    ),
  );
  return uuids.map((uuid) => toPublicId('booking', uuid));
}
