import { databaseFailure } from '@calkeep/database';
import { expect, it, onTestFinished } from 'vitest';
import { Pipelines, type PipelinesOptions } from '../../libs/database/src/pipelines.js';
import type { Statement } from '../../libs/database/src/pipelined-read.js';
import { aWorkspace, someContacts } from '../support/builders.js';
import { connect, scratchDatabase } from '../support/database.js';
import { pause, until } from '../support/load.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { serviceUrl } from '../support/service-url.js';

const workspaceId = '00000000-0000-7000-8000-000000000000';
const one: Statement = { name: 'one', text: 'select 1, $1::uuid' };
/** Leaves no room beside it on its connection. */
const heavy: Statement = { ...one, name: 'heavy', weight: 1_000 };
const names: Statement = { name: 'names', text: 'select first_name from contacts where workspace_id = $1' };

async function open(options: Partial<PipelinesOptions> = {}): Promise<Pipelines> {
  const pipelines = new Pipelines({
    databaseUrl: serviceUrl('appUrl'),
    connections: 1,
    waitingMax: 8,
    timeoutMs: 400,
    ...options,
  });
  await pipelines.connect();
  onTestFinished(() => pipelines.close());
  return pipelines;
}

const read = (pipelines: Pipelines, statement = one) => pipelines.read(workspaceId, statement, [workspaceId]);
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => databaseFailure(error) ?? error,
  );

it('refuses at once what would wait behind too much', async () => {
  const proxy = await TcpProxy.before(serviceUrl('appUrl'));
  onTestFinished(() => proxy.close());
  const pipelines = await open({ databaseUrl: proxy.url(serviceUrl('appUrl')), timeoutMs: 5_000 });
  proxy.hold();
  const waiting = [read(pipelines, heavy), ...Array.from({ length: 8 }, () => read(pipelines))];

  const startedAt = performance.now();
  const refused = await failureOf(read(pipelines));

  expect(refused).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  proxy.letGo();
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 9 }, () => [[1, workspaceId]]));
  expect(await read(pipelines)).toEqual([[1, workspaceId]]);
});

it('refuses what has waited for as long as a read may take', async () => {
  const proxy = await TcpProxy.before(serviceUrl('appUrl'));
  onTestFinished(() => proxy.close());
  const pipelines = await open({ databaseUrl: proxy.url(serviceUrl('appUrl')), timeoutMs: 2_000 });
  proxy.hold();
  const ended: string[] = [];
  const hanging = failureOf(read(pipelines, heavy)).finally(() => ended.push('hanging'));
  const waiting = failureOf(read(pipelines)).finally(() => ended.push('waiting'));

  expect(await Promise.all([hanging, waiting])).toMatchObject([{ status: 503 }, { status: 503 }]);
  expect(ended).toEqual(['waiting', 'hanging']);
});

it('sends little behind a read that hangs, and the rest by the other connections', async () => {
  const pipelines = await open({ connections: 2, waitingMax: 100, timeoutMs: 5_000 });
  const sleep: Statement = { name: 'sleep', text: 'select pg_sleep(1), $1::uuid', weight: 4 };
  const list: Statement = { ...one, name: 'list', weight: 4 };
  const sleeping = read(pipelines, sleep);
  let answered = 0;
  const lists = Array.from({ length: 60 }, () => read(pipelines, list).finally(() => answered++));

  await pause(500);

  expect(answered).toBeGreaterThan(50);
  expect(answered).toBeLessThan(60);
  await Promise.all([sleeping, ...lists]);
});

it('ends what a silent server does not answer, and connects anew', async () => {
  const proxy = await TcpProxy.before(serviceUrl('appUrl'));
  onTestFinished(() => proxy.close());
  const pipelines = await open({ databaseUrl: proxy.url(serviceUrl('appUrl')) });
  proxy.hold();

  const failures = await Promise.all(Array.from({ length: 8 }, () => failureOf(read(pipelines))));

  expect(
    failures.map((failure) => (failure instanceof Error && 'status' in failure ? failure.status : failure)),
  ).toEqual(Array(8).fill(503));
  await until(async () => (await failureOf(read(pipelines))) === null, 5_000);
});

it('connects again after a connection that stood but could not be made ready', async () => {
  const scratch = await scratchDatabase();
  onTestFinished(scratch.drop);
  const superuser = await connect(scratch.superuserUrl);
  const pipelines = await open({ databaseUrl: scratch.appUrl });
  // Each new connection prepares the context's statement: for a while none can.
  await superuser.query('revoke execute on function pg_catalog.set_config(text, text, boolean) from public');
  await superuser.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'calkeep_app'`,
  );
  await until(async () => (await failureOf(read(pipelines))) !== null, 5_000);
  await pause(300);

  await superuser.query('grant execute on function pg_catalog.set_config(text, text, boolean) to public');

  await until(async () => (await failureOf(read(pipelines))) === null, 5_000);
});

it('fails with 503 alone while a migration holds a table that new statements need, and goes on after it', async () => {
  const scratch = await scratchDatabase();
  onTestFinished(scratch.drop);
  const pipelines = await open({ databaseUrl: scratch.appUrl, waitingMax: 1_000, timeoutMs: 100 });
  const migration = await connect(scratch.ownerUrl);
  await migration.query('begin; lock table contacts in access exclusive mode');

  const failures: Promise<unknown>[] = [];
  for (let round = 0; round < 60; round++) {
    failures.push(failureOf(read(pipelines, names)));
    await pause(7);
    if (round === 30) await migration.query('rollback');
  }

  const unexpected = (await Promise.all(failures)).filter(
    (failure) => failure !== null && !(failure instanceof Error && 'status' in failure),
  );
  expect(unexpected).toEqual([]);
  await until(async () => (await failureOf(read(pipelines, names))) === null, 5_000);
});

it('gives each of a thousand reads at once its own answer', async () => {
  const [first, second] = [await aWorkspace(), await aWorkspace()];
  await someContacts(first, 1);
  await someContacts(second, 2);
  const pipelines = await open({ connections: 2, waitingMax: 1_000, timeoutMs: 5_000 });

  const counts = await Promise.all(
    Array.from({ length: 1_000 }, async (_, number) => {
      const { uuid } = number % 2 === 0 ? first : second;
      return (await pipelines.read(uuid, names, [uuid])).length;
    }),
  );

  expect(counts).toEqual(Array.from({ length: 1_000 }, (_, number) => (number % 2 === 0 ? 1 : 2)));
});
