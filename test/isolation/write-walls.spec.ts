import 'reflect-metadata';
import { newUuid, parsePublicId, type IdKind } from '@calkeep/contract';
import { Database, WorkspaceDatabase, type Statement } from '@calkeep/database';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContactWritesRepository } from '../../apps/api/src/contacts/contact-writes.repository.js';
import { ReminderWritesRepository } from '../../apps/api/src/reminders/reminder-writes.repository.js';
import { TaskWritesRepository } from '../../apps/api/src/tasks/task-writes.repository.js';
import { contextStatement } from '../../libs/database/src/pipelined-read.js';
import { Pipelines } from '../../libs/database/src/pipelines.js';
import { WorkspaceTransactions } from '../../libs/database/src/workspace-transactions.js';
import { aBooking, aContact, arrange, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { serviceUrl } from '../support/service-url.js';

const contacts = new ContactWritesRepository();
const tasks = new TaskWritesRepository();
const reminders = new ReminderWritesRepository();

let ours: TestWorkspace;
let theirs: TestWorkspace;
/** Bare UUIDs of what they have. */
let foreign: { contact: string; booking: string; task: string };
let asApplication: Database;
let asSuperuser: { db: WorkspaceDatabase; close(): Promise<void> };

beforeAll(async () => {
  [ours, theirs] = [await aWorkspace(), await aWorkspace()];
  const contact = uuidOf('contact', await aContact(theirs, { email: 'theirs@example.com' }));
  const booking = uuidOf('booking', await aBooking(theirs));
  asApplication = await Database.open({
    databaseUrl: serviceUrl('appUrl'),
    pipelines: 1,
    poolMax: 2,
    timeoutMs: 5_000,
  });
  asSuperuser = await openAsSuperuser();
  const task = newUuid();
  const draft = { id: task, fields: { title: 'Theirs', status: 'open' }, contactId: null } as const;
  await tasks.create(asApplication.forWorkspace(theirs.uuid), draft);
  foreign = { contact, booking, task };
});
afterAll(async () => {
  await asApplication.close();
  await asSuperuser.close();
});

describe('with both walls', () => {
  it('nothing foreign is written to, or referred to', () =>
    expectNothingForeign(asApplication.forWorkspace(ours.uuid)));
});

describe('with row-level security out of the way', () => {
  it('the repositories’ own filter still stops it', () => expectNothingForeign(asSuperuser.db));
});

describe('with the repositories’ filter taken out', () => {
  beforeEach(takeOutTheFilter);

  it('row-level security still stops it', () => expectNothingForeign(asApplication.forWorkspace(ours.uuid)));

  it('and row-level security as well, foreign rows can be written to: the tests above can fail', async () => {
    const [contact, task] = await Promise.all([changeContact(asSuperuser.db), changeTask(asSuperuser.db)]);
    expect(contact).toHaveProperty('item');
    expect(task).toHaveProperty('item');
    expect(await contacts.findVersion(asSuperuser.db, foreign.contact)).not.toBeNull();
    expect(await contacts.findIdByEmail(asSuperuser.db, 'theirs@example.com')).not.toBeNull();
  });

  it('and row-level security as well, the composite keys still let nothing refer to a foreign row', async () => {
    await expectNoForeignReference(asSuperuser.db);
  });
});

async function expectNothingForeign(db: WorkspaceDatabase): Promise<void> {
  expect(db.workspaceId).toBe(ours.uuid);
  expect(await changeContact(db)).toEqual({ isRefused: 'not-there' });
  expect(await changeTask(db)).toEqual({ isRefused: 'not-there' });
  expect(await contacts.findVersion(db, foreign.contact)).toBeNull();
  expect(await tasks.findVersion(db, foreign.task)).toBeNull();
  expect(await contacts.findIdByEmail(db, 'theirs@example.com')).toBeNull();
  await expectNoForeignReference(db);
  expect(await namesOf(theirs)).toEqual(['Ada']);
}

async function expectNoForeignReference(db: WorkspaceDatabase): Promise<void> {
  const draft = { id: newUuid(), fields: { title: 'x', status: 'open' }, contactId: foreign.contact } as const;
  expect(await tasks.create(db, draft)).toEqual({ isRefused: 'no-contact' });
  for (const type of ['contact', 'booking', 'task'] as const) {
    const target = { type, id: foreign[type] };
    const reminder = { id: newUuid(), title: 'x', dueAt: '2026-12-01T09:00:00.000Z', target };
    expect(await reminders.create(db, reminder), type).toBeNull();
  }
}

function changeContact(db: WorkspaceDatabase) {
  return contacts.update(db, { id: foreign.contact, patch: { firstName: 'Ours' }, version: null, plan: 'business' });
}

function changeTask(db: WorkspaceDatabase) {
  return tasks.update(db, { id: foreign.task, fields: { title: 'Ours' }, contactId: undefined, version: null });
}

async function namesOf({ uuid }: TestWorkspace): Promise<string[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query<{ name: string }>('select first_name as name from contacts where workspace_id = $1', [uuid]),
  );
  return rows.map(({ name }) => name);
}

function takeOutTheFilter(): void {
  const { read, write } = WorkspaceDatabase.prototype;
  vi.spyOn(WorkspaceDatabase.prototype, 'read').mockImplementation(function (
    this: WorkspaceDatabase,
    statement,
    ...values
  ) {
    return read.call(this, unfiltered(statement), ...values);
  });
  vi.spyOn(WorkspaceDatabase.prototype, 'write').mockImplementation(function (
    this: WorkspaceDatabase,
    { statement, ...rest },
    ...values
  ) {
    return write.call(this, { ...rest, statement: unfiltered(statement) }, ...values);
  });
}

function unfiltered({ name, text }: Statement): Statement {
  const changed = text.replaceAll(/\b(\w+\.)?workspace_id = \$1/g, () => '$1::uuid is not null');
  if (changed === text) throw new Error(`the statement ${name} has no filter to take out`);
  return { name: `${name}_unfiltered`, text: changed };
}

/** The same classes under a role that row-level security does not bind: Database.open refuses it. */
async function openAsSuperuser(): Promise<{ db: WorkspaceDatabase; close(): Promise<void> }> {
  const databaseUrl = serviceUrl('superuserUrl');
  const pipelines = new Pipelines({ databaseUrl, connections: 1, waitingMax: 100, timeoutMs: 5_000 });
  await pipelines.connect();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  pool.on('connect', (client) => void client.query({ ...contextStatement, values: [''] }));
  const transactions = new WorkspaceTransactions(pool);
  const close = async () => {
    await Promise.all([pipelines.close(), transactions.close()]);
    await pool.end();
  };
  return { db: new WorkspaceDatabase(ours.uuid, { pipelines, pool, transactions }), close };
}

function uuidOf(kind: IdKind, publicId: string): string {
  const uuid = parsePublicId(kind, publicId);
  if (uuid === null) throw new Error(`not the id of a ${kind}`);
  return uuid;
}
