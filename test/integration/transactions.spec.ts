import { Database, databaseFailure, type WorkspaceTransaction } from '@calkeep/database';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { aWorkspace, someContacts, type TestWorkspace } from '../support/builders.js';
import { connect } from '../support/database.js';
import { pause, until } from '../support/load.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { serviceUrl } from '../support/service-url.js';

const timeoutMs = 500;

let database: Database;

beforeAll(async () => {
  database = await Database.open({ databaseUrl: serviceUrl('appUrl'), pipelines: 1, poolMax: 4, timeoutMs });
});
afterAll(() => database.close());

it.each(['40001', '40P01'])('a transaction that ends with %s is run again, and applied once', async (sqlState) => {
  const workspace = await aWorkspace();
  let runs = 0;

  const result = await database.forWorkspace(workspace.uuid).transaction(async (tx) => {
    await tx.contact.create({ data: { workspaceId: workspace.uuid, id: crypto.randomUUID(), firstName: 'Ada' } });
    if (++runs < 4) await raise(tx, sqlState);
    return runs;
  });

  expect(result).toBe(4);
  expect(await contactsIn(workspace)).toBe(1);
});

it('after three runs more it is given up with 503, and nothing of it is kept', async () => {
  const workspace = await aWorkspace();
  let runs = 0;

  const failing = database.forWorkspace(workspace.uuid).transaction(async (tx) => {
    runs++;
    await tx.contact.create({ data: { workspaceId: workspace.uuid, id: crypto.randomUUID(), firstName: 'Ada' } });
    await raise(tx, '40001');
  });

  const failure = databaseFailure(await failing.catch((error: unknown) => error));
  expect(failure).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  expect(runs).toBe(4);
  expect(await contactsIn(workspace)).toBe(0);
});

it('a real deadlock of two transactions ends with both applied', async () => {
  // The deadlock is found after a second, later than the timeouts of the other tests.
  const patient = await Database.open({
    databaseUrl: serviceUrl('appUrl'),
    pipelines: 1,
    poolMax: 4,
    timeoutMs: 5_000,
  });
  onTestFinished(() => patient.close());
  const workspace = await aWorkspace();
  await someContacts(workspace, 2);
  const ids = (await patient.forWorkspace(workspace.uuid).transaction((tx) => tx.contact.findMany())).map(
    ({ id }) => id,
  );
  const holders = new Set<string>();
  let runs = 0;
  const touchBoth = (order: readonly string[]) =>
    patient.forWorkspace(workspace.uuid).transaction(async (tx) => {
      runs++;
      for (const id of order) {
        await tx.contact.updateMany({ where: { id }, data: { title: 'Touched' } });
        holders.add(id);
        await until(async () => holders.size === 2, 5_000);
      }
    });

  await Promise.all([touchBoth(ids), touchBoth([...ids].reverse())]);

  expect(runs).toBe(3);
});

it.each([
  ['a statement over its time', (tx: WorkspaceTransaction) => tx.$queryRaw`select pg_sleep(5)::text`],
  [
    'a connection that was ended',
    (tx: WorkspaceTransaction) => tx.$queryRaw`select pg_terminate_backend(pg_backend_pid())`,
  ],
  ['a connection that was ended between two statements', endedInBetween],
  ['a transaction left idle', async (tx: WorkspaceTransaction) => (await pause(2 * timeoutMs), tx.contact.count())],
])('%s fails the transaction with 503, not as a defect', async (_what, work) => {
  const workspace = await aWorkspace();
  let runs = 0;

  const failure = database.forWorkspace(workspace.uuid).transaction(async (tx) => {
    runs++;
    await work(tx);
  });

  expect(databaseFailure(await failure.catch((error: unknown) => error))).toMatchObject({ status: 503 });
  // Whether it was applied is not always known, so only conflicts are tried again.
  expect(runs).toBe(1);
});

it('a lock that another session holds fails the transaction with 503', async () => {
  const workspace = await aWorkspace();
  await someContacts(workspace, 1);
  const other = await connect(serviceUrl('superuserUrl'));
  await other.query('begin');
  await other.query('select from contacts where workspace_id = $1 for update', [workspace.uuid]);

  const waiting = database
    .forWorkspace(workspace.uuid)
    .transaction((tx) => tx.contact.updateMany({ data: { title: 'Later' } }));

  expect(databaseFailure(await waiting.catch((error: unknown) => error))).toMatchObject({ status: 503 });
});

it('a defect is not taken for a failure of the database', async () => {
  const workspace = await aWorkspace();

  const failing = database.forWorkspace(workspace.uuid).transaction((tx) => tx.$queryRaw`select nonsense`);

  expect(databaseFailure(await failing.catch((error: unknown) => error))).toBeNull();
});

it('a connection that fell silent in a transaction is never used again', async () => {
  const proxy = await TcpProxy.before(serviceUrl('appUrl'));
  onTestFinished(() => proxy.close());
  const distant = await Database.open({
    databaseUrl: proxy.url(serviceUrl('appUrl')),
    pipelines: 1,
    poolMax: 1,
    timeoutMs,
  });
  onTestFinished(() => distant.close());
  const workspace = await aWorkspace();
  await someContacts(workspace, 1);

  const silenced = distant.forWorkspace(workspace.uuid).transaction(async (tx) => {
    await tx.contact.updateMany({ data: { title: 'Half done' } });
    proxy.hold();
    await tx.contact.count();
  });
  expect(databaseFailure(await silenced.catch((error: unknown) => error))).toMatchObject({ status: 503 });
  proxy.letGo();

  // The pool has but one connection: were it the same one, it would still be in the workspace's transaction.
  const rows = await distant.global(
    `select count(*)::int as contacts, current_setting('app.workspace_id', true) as context from contacts`,
    [],
  );
  expect(rows).toEqual([{ contacts: 0, context: '' }]);
});

function raise(tx: WorkspaceTransaction, sqlState: string): Promise<unknown> {
  return tx.$executeRawUnsafe(`do $$ begin raise exception 'conflict' using errcode = '${sqlState}'; end $$`);
}

async function endedInBetween(tx: WorkspaceTransaction): Promise<unknown> {
  const [session] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const superuser = new Client({ connectionString: serviceUrl('superuserUrl') });
  await superuser.connect();
  await superuser.query('select pg_terminate_backend($1)', [session?.pid]);
  await superuser.end();
  return tx.contact.count();
}

async function contactsIn({ uuid }: TestWorkspace): Promise<number> {
  const client = await connect(serviceUrl('superuserUrl'));
  const { rowCount } = await client.query('select from contacts where workspace_id = $1', [uuid]);
  return rowCount ?? 0;
}
