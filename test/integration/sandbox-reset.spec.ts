import { contactsData, newId, newUuid, toPublicId, workspaceData } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { refillSandbox, sandboxCounts } from '@calkeep/sample-data';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCalkeep } from '../e2e/calkeep-process.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { aBooking, aContact, arrange, aToken, aWorkspace, someContacts } from '../support/builders.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

const api = useApi();

async function reset(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const calkeep = runCalkeep(['sandbox', 'reset', ...args], { DATABASE_URL: serviceUrl('ownerUrl') });
  return { exitCode: await calkeep.ended, output: calkeep.output() };
}

/** A workspace whose sandbox has three contacts, and a booking, a task and a reminder that hang on one of them. */
async function aUsedSandbox() {
  const workspace = await aWorkspace();
  const sandbox = { uuid: workspace.sandboxUuid };
  const contactId = newUuid();
  await aContact(sandbox, { id: contactId });
  await someContacts(sandbox, 2);
  await aBooking(sandbox, { contact_id: contactId });
  await arrange(sandbox.uuid, async (client) => {
    const taskId = newUuid();
    await client.query(`insert into tasks (workspace_id, id, title, contact_id) values ($1, $2, 'Call', $3)`, [
      ...[sandbox.uuid, taskId, contactId],
    ]);
    await client.query(
      `insert into reminders (workspace_id, id, title, due_at, task_id) values ($1, $2, 'Call', now(), $3)`,
      [sandbox.uuid, newUuid(), taskId],
    );
  });
  return workspace;
}

describe('calkeep sandbox reset', () => {
  it('removes all that the sandbox has, puts sample data there, and tells the audit log of the workspace', async () => {
    const workspace = await aUsedSandbox();

    const { exitCode, output } = await reset(workspace.id);

    expect([exitCode, output]).toEqual([
      0,
      'The sandbox of Acme has its sample data again: 6 rows removed, 56 created.\n',
    ]);
    const { secret } = await aToken({ workspace, mode: 'test' });
    const read = async (path: string) => (await api.call(path, { token: secret })).data;
    const list = contactsData.parse(await read('/api/v1/contacts'));
    expect(list.contacts).toHaveLength(sandboxCounts.contacts);
    expect(list.pagination.total).toBe(sandboxCounts.contacts);
    expect(list.contacts.map(({ firstName }) => firstName)).not.toContain('Contact 1');
    expect(workspaceData.parse(await read('/api/v1/workspace')).workspace.counts).toEqual(sandboxCounts);
    expect(await auditLogOf(workspace)).toMatchObject([
      {
        action: 'SANDBOX_RESET',
        actor_type: 'operator',
        target_type: 'workspace',
        target_id: workspace.id,
        payload: {
          sandboxId: toPublicId('workspace', workspace.sandboxUuid),
          removed: { contacts: 3, bookings: 1, tasks: 1, reminders: 1, calendarAccounts: 0 },
          created: sandboxCounts,
        },
      },
    ]);
    expect(await auditLogOf({ uuid: workspace.sandboxUuid })).toEqual([]);
  });

  it('makes the same people again when it is done again, under new ids', async () => {
    const workspace = await aWorkspace();
    const { secret } = await aToken({ workspace, mode: 'test' });
    const contacts = async () =>
      contactsData.parse((await api.call('/api/v1/contacts', { token: secret })).data).contacts;
    await reset(workspace.id);
    const before = await contacts();
    await reset(workspace.id);
    const after = await contacts();
    expect(after.map(({ email }) => email)).toEqual(before.map(({ email }) => email));
    expect(after.map(({ id }) => id).filter((id) => before.some((contact) => contact.id === id))).toEqual([]);
  });

  it('touches neither live data nor another workspace’s sandbox', async () => {
    const [workspace, other] = await Promise.all([aUsedSandbox(), aUsedSandbox()]);
    await someContacts(workspace, 2);
    const others = [workspace.uuid, other.uuid, other.sandboxUuid];
    const before = await Promise.all(others.map(rowsOf));

    await reset(workspace.id);

    expect(await Promise.all(others.map(rowsOf))).toEqual(before);
  });

  it('prints what it did as JSON', async () => {
    const workspace = await aWorkspace();
    const none = { contacts: 0, bookings: 0, tasks: 0, reminders: 0, calendarAccounts: 0 };
    expect(JSON.parse((await reset(workspace.id, '--json')).output)).toEqual({
      workspace: { id: workspace.id, name: 'Acme' },
      removed: none,
      created: sandboxCounts,
    });
  });

  it.each([
    ['a workspace that there is not', async () => newId('workspace'), 'There is no workspace ws_'],
    ['something that is no id', async () => 'Acme', 'There is no workspace Acme'],
    [
      'a sandbox by its own id',
      async () => toPublicId('workspace', (await aWorkspace()).sandboxUuid),
      'is a sandbox. Name the workspace',
    ],
  ])('refuses %s', async (_what, workspaceId, message) => {
    const { exitCode, output } = await reset(await workspaceId());
    expect(exitCode).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toMatch(/\n {4}at /);
  });
});

describe('a refill', () => {
  it('is within the rights of the server’s role, and four at once leave one set of sample data', async () => {
    const workspace = await aUsedSandbox();
    const database = await openDatabase();
    const sandbox = { workspaceId: workspace.uuid, sandboxId: workspace.sandboxUuid, now: new Date() };
    const refill = () =>
      database
        .forWorkspace(workspace.uuid)
        .transaction((tx) => refillSandbox((text, ...values) => tx.$queryRawUnsafe(text, ...values), sandbox));

    const refills = await Promise.all([refill(), refill(), refill(), refill()]);

    expect(refills.map(({ removed }) => removed.contacts).sort((a, b) => a - b)).toEqual([3, 24, 24, 24]);
    expect((await rowsOf(workspace.sandboxUuid)).contacts).toHaveLength(sandboxCounts.contacts);
  });

  it('of a workspace that is no sandbox is refused, and removes nothing', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 2);
    const database = await openDatabase();
    const live = { workspaceId: workspace.uuid, sandboxId: workspace.uuid, now: new Date() };
    await expect(
      database
        .forWorkspace(workspace.uuid)
        .transaction((tx) => refillSandbox((text, ...values) => tx.$queryRawUnsafe(text, ...values), live)),
    ).rejects.toThrow('is no sandbox');
    expect((await rowsOf(workspace.uuid)).contacts).toHaveLength(2);
  });
});

async function openDatabase(): Promise<Database> {
  const database = await Database.open({
    databaseUrl: serviceUrl('appUrl'),
    pipelines: 1,
    poolMax: 4,
    timeoutMs: 10_000,
  });
  onTestFinished(() => database.close());
  return database;
}

/** Every row of a workspace's resources, as text. */
function rowsOf(uuid: string): Promise<Record<string, string[]>> {
  const tables = ['contacts', 'bookings', 'tasks', 'reminders', 'calendar_accounts'];
  return arrange(uuid, async (client) => {
    const found: Record<string, string[]> = {};
    for (const table of tables) {
      const { rows } = await client.query<{ text: string }>(
        `select row::text as text from ${table} row where workspace_id = $1 order by id`,
        [uuid],
      );
      found[table] = rows.map(({ text }) => text);
    }
    return found;
  });
}
