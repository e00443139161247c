import { randomBytes } from 'node:crypto';
import { newUuid } from '@calkeep/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IdempotencyKeysRepository } from '../../apps/api/src/idempotency/idempotency-keys.repository.js';
import { Retention } from '../../apps/api/src/upkeep/retention.js';
import { Upkeep } from '../../apps/api/src/upkeep/upkeep.js';
import { WorkspaceWorkRepository } from '../../apps/api/src/upkeep/workspace-work.repository.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { arrange, aWorkspace, buildIn } from '../support/builders.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { until } from '../support/load.js';

/** No other process of the run looks after its workspaces. */
let database: ScratchDatabase;
let application: TestApplication;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  application = await openApplication({ databaseUrl: database.appUrl, redisUrl: 'none' });
});
afterAll(async () => {
  await application.close();
  await database.drop();
});

it('upkeep does not forget a workspace that keeps an idempotency key at that very moment', async () => {
  const { uuid } = await aWorkspace();
  const db = application.database.forWorkspace(uuid);
  const [upkeep, keys] = [get(Upkeep), get(IdempotencyKeysRepository)];
  const request = { lineageId: newUuid(), route: 'POST /x', key: 'key', requestHash: randomBytes(32) };
  const answer = { status: 201, data: '{}', location: null };
  const backend = { name: 'test_backend', text: 'select pg_backend_pid(), $1::text' };
  // The row that the key's transaction finds, and counts on.
  await db.transaction((tx) => upkeep.ask(tx, uuid, 'retention', new Date()));

  await db.hold(async (tx) => {
    const preludes = [keys.keeping(uuid, request, answer), upkeep.asking(uuid, 'retention', 60)];
    const [row] = await tx.write({ statement: backend, preludes });
    const [work] = await get(WorkspaceWorkRepository).take(['retention'], 1);
    if (!work) throw new Error('there is no work to take');
    const looking = get(Retention).run(work);
    await untilWaitedFor(Number(row?.[0]));
    await tx.commit();
    await looking;
  });

  const { rows } = await arrange(uuid, (client) =>
    client.query(`select kind from workspace_work where workspace_id = $1`, [uuid]),
  );
  expect(rows).toEqual([{ kind: 'retention' }]);
});

function get<T>(type: new (...parts: never[]) => T): T {
  return application.app.get<T>(type, { strict: false });
}

/** Until somebody waits for what this session has locked. */
async function untilWaitedFor(pid: number): Promise<void> {
  const observer = await connect(database.superuserUrl);
  const waiting = 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
  await until(async () => (await observer.query(waiting, [pid])).rowCount === 1, 4_000);
}
