import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { createApplication } from '../../apps/api/src/application.js';
import { UpkeepLoop } from '../../apps/api/src/upkeep/upkeep-loop.js';
import { Upkeep, type HeldWork } from '../../apps/api/src/upkeep/upkeep.js';
import { WorkspaceWorkRepository } from '../../apps/api/src/upkeep/workspace-work.repository.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { arrange, aWorkspace, buildIn, type TestWorkspace } from '../support/builders.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { until } from '../support/load.js';

const patience = { timeout: 15_000, interval: 50 };

/** No other process of the run looks after its workspaces. */
let database: ScratchDatabase;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
});
afterAll(() => database.drop());

it('several loops share the work, and none of it is done twice', async () => {
  const applications = [await anApplication(), await anApplication(), await anApplication()];
  const done: string[] = [];
  const workspaces = await Promise.all(Array.from({ length: 40 }, () => aWorkspace()));
  for (const application of applications)
    lookAfter(application, async (work) => {
      done.push(work.workspaceId);
      await settle(application, work, null);
    });
  for (const workspace of workspaces) await ask(applications[0], workspace);

  for (const application of applications) startLoop(application);

  await vi.waitFor(async () => expect(await workOf(workspaces)).toEqual([]), patience);
  expect(done.sort()).toEqual(workspaces.map(({ uuid }) => uuid).sort());
});

it('work that fails, or hangs, holds up no other, and is tried again later and later', async () => {
  const application = await anApplication();
  const [failing, hanging, sound] = [await aWorkspace(), await aWorkspace(), await aWorkspace()];
  const tries: number[] = [];
  let letGo = () => undefined as void;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  lookAfter(application, async (work) => {
    if (work.workspaceId === hanging.uuid) await isLetGo;
    if (work.workspaceId === failing.uuid) {
      tries.push(performance.now());
      throw new Error('out of order');
    }
    await settle(application, work, null);
  });
  for (const workspace of [failing, hanging]) await ask(application, workspace);
  startLoop(application);
  await vi.waitFor(() => expect(tries).toHaveLength(1), patience);

  await ask(application, sound);

  await vi.waitFor(async () => expect(await workOf([sound])).toEqual([]), patience);
  await vi.waitFor(() => expect(tries).toHaveLength(3), patience);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThan(900);
  expect(third - second).toBeGreaterThan(1_900);
  letGo();
  // It would be the next test's as well.
  await arrange('', (client) => client.query('delete from workspace_work'));
});

it.each([
  ['as if it were over', null],
  ['for a later day', new Date(Date.now() + 86_400_000)],
])('work that is asked for while it is being done is done again, though that run ends it %s', async (_case, next) => {
  const application = await anApplication();
  const workspace = await aWorkspace();
  let runs = 0;
  lookAfter(application, async (work) => {
    runs++;
    if (runs === 1) await ask(application, workspace);
    await settle(application, work, runs === 1 ? next : null);
  });
  await ask(application, workspace);
  startLoop(application);

  await vi.waitFor(async () => expect(await workOf([workspace])).toEqual([]), patience);
  expect(runs).toBe(2);
});

it('work that a transaction asks for is not forgotten by a run that could not see what it wrote', async () => {
  const application = await anApplication();
  const workspace = await aWorkspace();
  const laterSeconds = 3_600;
  await ask(application, workspace);
  const held = await take(application, workspace);
  const asking = await connect(database.ownerUrl);
  await asking.query('begin');
  // As a feature would: for later than the work is held.
  await asking.query(
    `insert into workspace_work as work (workspace_id, kind, due_at)
     values ($1, 'retention', now() + make_interval(secs => $2))
     on conflict (workspace_id, kind) do update set due_at = least(work.due_at, excluded.due_at)`,
    [workspace.uuid, laterSeconds],
  );

  const settling = settle(application, held, null);
  await untilBlocked(asking);
  await asking.query('commit');
  await settling;

  expect(await workOf([workspace])).toHaveLength(1);
});

it('a worker that comes late, when another has taken its work up, changes nothing', async () => {
  const application = await anApplication();
  const workspace = await aWorkspace();
  await ask(application, workspace);
  const late = await take(application, workspace);
  await endHold(workspace);
  const current = await take(application, workspace);

  await settle(application, late, null);
  expect(await workOf([workspace])).toHaveLength(1);
  await settle(application, current, null);

  expect(await workOf([workspace])).toEqual([]);
});

it('nobody takes what another has in hand', async () => {
  const application = await anApplication();
  const workspace = await aWorkspace();
  await ask(application, workspace);
  await take(application, workspace);

  const work = await application.app.get(WorkspaceWorkRepository, { strict: false }).take(['retention'], 100);

  expect(work.filter(({ workspaceId }) => workspaceId === workspace.uuid)).toEqual([]);
});

it('asking for later does not put off what was asked for sooner', async () => {
  const application = await anApplication();
  const workspace = await aWorkspace();
  await ask(application, workspace);
  await ask(application, workspace, new Date(Date.now() + 3_600_000));

  await take(application, workspace);
});

it('ends when what is in hand is done, and takes nothing more', async () => {
  const application = await anApplication();
  const [inHand, waiting] = [await aWorkspace(), await aWorkspace()];
  const begun: string[] = [];
  let letGo = () => undefined as void;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  lookAfter(application, async (work) => {
    begun.push(work.workspaceId);
    await isLetGo;
    await settle(application, work, null);
  });
  await ask(application, inHand);
  const loop = startLoop(application);
  await vi.waitFor(() => expect(begun).toEqual([inHand.uuid]), patience);

  const take = vi.spyOn(application.app.get(WorkspaceWorkRepository, { strict: false }), 'take');

  const stopped = loop.stop();
  await ask(application, waiting);
  letGo();
  await stopped;

  expect(await workOf([inHand, waiting])).toEqual([waiting.uuid]);
  expect(begun).toEqual([inHand.uuid]);
  expect(take).not.toHaveBeenCalled();
});

it('a database that is gone ends neither the loop nor its process, and is told of once', async () => {
  const gone = await scratchDatabase();
  const lines: string[] = [];
  const application = await openApplication({ databaseUrl: gone.appUrl, redisUrl: 'none' });
  const logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  // The last application to be made has the log.
  const app = await createApplication(application, logger);
  onTestFinished(async () => {
    await app.close();
    await application.close();
  });
  const work = app.get(WorkspaceWorkRepository, { strict: false });
  const take = vi.spyOn(work, 'take');
  const loop = app.get(UpkeepLoop, { strict: false });
  loop.start();
  await vi.waitFor(() => expect(take).toHaveBeenCalled(), patience);

  await gone.drop();
  const calls = take.mock.calls.length;

  await vi.waitFor(() => expect(take.mock.calls.length).toBeGreaterThan(calls + 3), patience);
  await loop.stop();
  expect(lines.filter((line) => line.includes('upkeep waits for the database'))).toHaveLength(1);
  expect(lines.length).toBeLessThanOrEqual(2);
});

async function anApplication(): Promise<TestApplication> {
  const application = await openApplication({ databaseUrl: database.appUrl, redisUrl: 'none' });
  onTestFinished(() => application.close());
  return application;
}

/** Whatever is asked for under this kind, in the tests of this file. */
function lookAfter({ app }: TestApplication, run: (work: HeldWork) => Promise<void>): void {
  app.get(Upkeep, { strict: false }).register('retention', { run, retrySecondsMax: 300 });
}

/** It stops with the test, and before its application. */
function startLoop({ app }: TestApplication): UpkeepLoop {
  const loop = app.get(UpkeepLoop, { strict: false });
  loop.start();
  onTestFinished(() => loop.stop());
  return loop;
}

async function ask(application: TestApplication | undefined, { uuid }: TestWorkspace, dueAt = new Date()) {
  await application?.database
    .forWorkspace(uuid)
    .transaction((tx) => application.app.get(Upkeep, { strict: false }).ask(tx, uuid, 'retention', dueAt));
}

async function settle({ app, database }: TestApplication, work: HeldWork, nextDueAt: Date | null): Promise<void> {
  await database
    .forWorkspace(work.workspaceId)
    .transaction((tx) => app.get(Upkeep, { strict: false }).settle(tx, work, nextDueAt));
}

async function take({ app }: TestApplication, { uuid }: TestWorkspace): Promise<HeldWork> {
  const taken = await app.get(WorkspaceWorkRepository, { strict: false }).take(['retention'], 100);
  const work = taken.find(({ workspaceId }) => workspaceId === uuid);
  if (!work) throw new Error('the work was not to be had');
  return work;
}

async function endHold({ uuid }: TestWorkspace): Promise<void> {
  await arrange('', (client) =>
    client.query('update workspace_work set due_at = now() where workspace_id = $1', [uuid]),
  );
}

/** Until somebody waits for the transaction of this session. */
async function untilBlocked(session: Awaited<ReturnType<typeof connect>>): Promise<void> {
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  const observer = await connect(database.superuserUrl);
  const blocked = 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
  await until(async () => (await observer.query(blocked, [rows[0]?.pid])).rowCount === 1, 4_000);
}

/** Of these workspaces, those that have work. */
async function workOf(workspaces: readonly TestWorkspace[]): Promise<string[]> {
  const { rows } = await arrange('', (client) =>
    client.query('select workspace_id as id from workspace_work where workspace_id = any($1) order by 1', [
      workspaces.map(({ uuid }) => uuid),
    ]),
  );
  return rows.map(({ id }) => id);
}
