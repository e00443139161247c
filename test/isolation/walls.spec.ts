import 'reflect-metadata';
import { parsePublicId } from '@calkeep/contract';
import { Database, finishJson, WorkspaceDatabase, type Statement } from '@calkeep/database';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiTokensRepository } from '../../apps/api/src/api-tokens/api-tokens.repository.js';
import { AuditChainRepository } from '../../apps/api/src/audit-log/audit-chain.repository.js';
import { AuditCheckpointsRepository } from '../../apps/api/src/audit-log/audit-checkpoints.repository.js';
import { AuditEventsRepository } from '../../apps/api/src/audit-log/audit-events.repository.js';
import { BookingsRepository } from '../../apps/api/src/bookings/bookings.repository.js';
import { ContactsRepository } from '../../apps/api/src/contacts/contacts.repository.js';
import type { ListWanted } from '../../apps/api/src/resources/lists.js';
import { WorkspacesRepository } from '../../apps/api/src/workspaces/workspaces.repository.js';
import { contextStatement } from '../../libs/database/src/pipelined-read.js';
import { Pipelines } from '../../libs/database/src/pipelines.js';
import { WorkspaceTransactions } from '../../libs/database/src/workspace-transactions.js';
import { someAuditEvents } from '../support/audit-events.js';
import {
  arrange,
  aToken,
  aWorkspace,
  someBookings,
  someContacts,
  type TestToken,
  type TestWorkspace,
} from '../support/builders.js';
import { serviceUrl } from '../support/service-url.js';

const contacts = new ContactsRepository();
const bookings = new BookingsRepository();
const tokens = new ApiTokensRepository();
const workspaces = new WorkspacesRepository();
const audit = {
  events: new AuditEventsRepository(),
  chain: new AuditChainRepository(),
  checkpoints: new AuditCheckpointsRepository(),
};
const firstPage = { page: 1, limit: 200 };
const everyRow: ListWanted = { filter: {}, sort: '-createdAt', limit: 200, start: { offset: 0 }, isCounted: true };
const deepRows: ListWanted = { ...everyRow, start: { offset: 2_000 } };
/** Filters that every contact of both passes. */
const filteredRows: ListWanted[] = [
  { updatedSince: '1970-01-01T00:00:00.000Z' },
  { q: 'contact' },
  { tag: 'test' },
].map((filter) => ({ ...everyRow, filter }));
const theirEmail: ListWanted = { ...everyRow, filter: { email: 'contact9@example.com' } };
const rowsAfter: ListWanted = {
  ...everyRow,
  start: { after: ['9999-12-31T00:00:00.000Z', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] },
};
/** More than a page in `theirs` stands before the deep page. */
const theirContacts = 2_001;
/** The processes of other tests look after all workspaces, and would sign checkpoints here as well. */
const afterTheRun = new Date(Date.now() + 24 * 60 * 60 * 1000);

let ours: TestWorkspace;
let theirs: TestWorkspace;
let ourToken: TestToken;
let theirToken: TestToken;
let ourContact: string;
let theirContact: string;
let theirBooking: string;
let asApplication: Database;
let asSuperuser: { db: WorkspaceDatabase; close(): Promise<void> };

beforeAll(async () => {
  ours = await aWorkspace({ name: 'Ours' });
  theirs = await aWorkspace({ name: 'Theirs' });
  ourToken = await aToken({ workspace: ours, label: 'Ours' });
  theirToken = await aToken({ workspace: theirs, label: 'Theirs' });
  ourContact = uuidOf('contact', (await someContacts(ours, 3))[0]);
  theirContact = uuidOf('contact', (await someContacts(theirs, theirContacts))[0]);
  theirBooking = uuidOf('booking', (await someBookings(theirs, 3))[0]);
  await someAuditEvents(ours, [{}], { checkpointDueAt: afterTheRun });
  await someAuditEvents(theirs, [{}, {}, {}], { checkpointDueAt: afterTheRun });
  await aCheckpoint(theirs, 3);
  asApplication = await Database.open({
    databaseUrl: serviceUrl('appUrl'),
    pipelines: 1,
    poolMax: 2,
    timeoutMs: 5_000,
  });
  asSuperuser = await openAsSuperuser();
});
afterAll(async () => {
  await asApplication.close();
  await asSuperuser.close();
});

describe('with both walls', () => {
  it('a workspace finds its own rows, and counts them alone', async () => {
    const db = asApplication.forWorkspace(ours.uuid);

    expect(await contacts.findById(db, ourContact)).toContain('contact1@example.com');
    expect((await contacts.findMany(db, everyRow)).total).toBe(3);
    expect(await workspaces.find(db)).toContain('"name":"Ours"');
    expect(await tokens.findDescription(db, ourToken.uuid)).toContain('"label":"Ours"');
    expect((await tokens.findStanding(db, ourToken.uuid)).gate).toBe('open');
  });

  it('stops every foreign row', () => expectNothingForeign(asApplication.forWorkspace(ours.uuid)));
});

describe('with row-level security out of the way', () => {
  it('the repositories’ own filter still stops every foreign row', () => expectNothingForeign(asSuperuser.db));

  it('is refused by the boot check', async () => {
    const opened = Database.open({
      databaseUrl: serviceUrl('superuserUrl'),
      pipelines: 1,
      poolMax: 1,
      timeoutMs: 5_000,
    });

    await expect(opened).rejects.toThrow('Refusing to serve requests under a database role');
  });
});

describe('with the repositories’ filter taken out', () => {
  beforeEach(takeOutTheFilter);

  it('row-level security still stops every foreign row', () =>
    expectNothingForeign(asApplication.forWorkspace(ours.uuid)));

  it('and row-level security as well, foreign rows appear: the two tests above can fail', async () => {
    expect(await contacts.findById(asSuperuser.db, theirContact)).toContain('contact1@example.com');
    expect(await bookings.findById(asSuperuser.db, theirBooking)).toContain('Booking 1');
    expect(await tokens.findDescription(asSuperuser.db, theirToken.uuid)).toContain('"label":"Theirs"');
    expect((await tokens.findStanding(asSuperuser.db, theirToken.uuid)).gate).toBe('open');
    for (const wanted of [everyRow, ...filteredRows])
      expect((await contacts.findMany(asSuperuser.db, wanted)).total).toBeGreaterThan(theirContacts);
    for (const wanted of [deepRows, rowsAfter, theirEmail])
      expect((await contacts.findMany(asSuperuser.db, wanted)).items).not.toBe('');
    expect((await chainOf(asSuperuser.db)).length).toBeGreaterThan(1);
    expect((await audit.checkpoints.findMany(asSuperuser.db, firstPage)).total).toBeGreaterThan(0);
  });
});

async function expectNothingForeign(db: WorkspaceDatabase): Promise<void> {
  expect(db.workspaceId).toBe(ours.uuid);
  expect(await contacts.findById(db, theirContact)).toBeNull();
  expect(await bookings.findById(db, theirBooking)).toBeNull();
  expect(await tokens.findDescription(db, theirToken.uuid)).toBeNull();
  expect((await tokens.findStanding(db, theirToken.uuid)).gate).toBe('dead');
  for (const wanted of [everyRow, ...filteredRows, { ...rowsAfter, isCounted: true }]) {
    const found = await contacts.findMany(db, wanted);
    expect({ total: found.total, rows: finishJson(found.items).split('"id":').length - 1 }).toEqual({
      total: 3,
      rows: 3,
    });
  }
  expect(await contacts.findMany(db, deepRows)).toEqual({ items: '', last: null, total: 3 });
  expect(await contacts.findMany(db, theirEmail)).toEqual({ items: '', last: null, total: 0 });
  expect(await bookings.findMany(db, everyRow)).toEqual({ items: '', last: null, total: 0 });
  expect(await workspaces.find(db)).not.toContain('Theirs');
  await expectNothingForeignInTheLog(db);
}

/** Ours has one event and no checkpoint. */
async function expectNothingForeignInTheLog(db: WorkspaceDatabase): Promise<void> {
  const wanted = { filter: {}, limit: 200, start: { offset: 0 }, isCounted: true } as const;
  for (const sort of ['-seq', '-createdAt'] as const) {
    const { items, total } = await audit.events.findMany(db, { ...wanted, sort });
    expect({ rows: items.split('"id":"aud_').length - 1, total }).toEqual({ rows: 1, total: 1 });
  }
  expect(await audit.chain.findEnds(db)).toMatchObject({ head: { seq: 1 }, lastSeq: 1 });
  expect(await audit.chain.findRange(db, { last: 100, from: null, to: null })).toEqual({ first: 1, last: 1 });
  expect(await chainOf(db)).toEqual([1]);
  expect(await audit.chain.findStrayCheckpoints(db)).toEqual([]);
  expect(await audit.checkpoints.findMany(db, firstPage)).toEqual({ items: '', total: 0 });
  expect(await audit.checkpoints.findUnsignedHead(db)).toMatchObject({ seq: 1 });
}

/** The numbers in the first batch. */
async function chainOf(db: WorkspaceDatabase): Promise<number[]> {
  for await (const batch of audit.chain.walk(db, { last: 100 })) return batch.map(({ event }) => event.seq);
  return [];
}

async function aCheckpoint({ uuid }: TestWorkspace, seq: number): Promise<void> {
  await arrange(uuid, (client) =>
    client.query(
      `insert into audit_checkpoints (workspace_id, seq, hash, created_at, key_id, signature)
       select workspace_id, seq, hash, now(), 'test', decode(repeat('00', 64), 'hex')
       from audit_events where workspace_id = $1 and seq = $2`,
      [uuid, seq],
    ),
  );
}

/** By hand, as a repository would look that forgot it: the statements are the same but for the filter. */
function takeOutTheFilter(): void {
  for (const method of ['read', 'readSlowly'] as const) {
    const original = WorkspaceDatabase.prototype[method];
    vi.spyOn(WorkspaceDatabase.prototype, method).mockImplementation(function (
      this: WorkspaceDatabase,
      statement,
      ...values
    ) {
      return original.call(this, unfiltered(statement), ...values);
    });
  }
}

function unfiltered({ name, text }: Statement): Statement {
  const changed = text.replaceAll(/\b(\w+\.)?workspace_id = \$1|\bw\.id = \$1/g, () => '$1::uuid is not null');
  if (changed === text) throw new Error(`the statement ${name} has no filter to take out`);
  return { name: name && `${name}_unfiltered`, text: changed };
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

function uuidOf(kind: 'contact' | 'booking', publicId: string | undefined): string {
  const uuid = parsePublicId(kind, publicId ?? '');
  if (uuid === null) throw new Error(`not the id of a ${kind}`);
  return uuid;
}
