import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, arrange, buildIn, type TestToken } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { until } from '../support/load.js';
import { OwnRedis } from '../support/own-redis.js';
import { startWorker, type WorkerProcess } from '../support/worker-process.js';
import { serviceUrl } from '../support/service-url.js';

const takenUpMs = 20_000;

/** No other process of the run works in these. */
let database: ScratchDatabase;
let redis: OwnRedis | null = null;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  if (serviceUrl('redisUrl') === null) return;
  redis = await OwnRedis.prepare('token-usage');
  await redis.start();
});
afterAll(async () => {
  await redis?.stop();
  await database.drop();
});

const backends = [
  { name: 'PostgreSQL', redisUrl: () => 'none' },
  ...(serviceUrl('redisUrl') === null ? [] : [{ name: 'Redis', redisUrl: () => redis?.url ?? '' }]),
];

describe.each(backends)('with the queue in $name', ({ redisUrl }) => {
  it('two processes’ counts are all added, and once, when the worker that was at it is killed', async () => {
    const token = await aToken();
    const lock = await lockToken(token);
    const first = await aWorker(redisUrl());
    const apis = [await anApi(redisUrl()), await anApi(redisUrl())];

    await Promise.all(apis.map((api, index) => request(api, token, 30 + index)));
    for (const api of apis) expect(await api.stop()).toBe(0);
    await until(async () => (await lock.waiting()) >= 1, takenUpMs);
    await first.kill();
    // What the killed one had begun still waits in PostgreSQL, which has not seen that it is gone, and is done as well.
    const second = await aWorker(redisUrl());
    await until(async () => (await lock.waiting()) >= 2, takenUpMs);
    await lock.release();

    await until(async () => (await countedOf(token)) === 61, takenUpMs);
    expect(await second.stop()).toBe(0);
    expect(await countedOf(token)).toBe(61);
  }, 120_000);
});

async function request(api: ApiProcess, token: TestToken, count: number): Promise<void> {
  const call = callerOf(api.baseUrl, { token: token.secret });
  for (let each = 0; each < count; each++) expect((await call('/api/v1/me')).status).toBe(200);
}

async function anApi(redisUrl: string): Promise<ApiProcess> {
  const api = await startApi({ databaseUrl: database.appUrl, redisUrl, env: { WORKER: 'separate' } });
  onTestFinished(() => api.kill());
  return api;
}

async function aWorker(redisUrl: string): Promise<WorkerProcess> {
  // What waits for the test's lock is not cut off before the test lets go.
  const env = { DATABASE_TIMEOUT_MS: '120000', DATABASE_PIPELINES: '1' };
  const worker = await startWorker({ databaseUrl: database.appUrl, redisUrl, env });
  onTestFinished(() => worker.kill());
  return worker;
}

/** Whoever writes a row that refers to the token waits. */
async function lockToken({ uuid }: TestToken) {
  const session = await connect(database.superuserUrl);
  await session.query('begin');
  await session.query('select from api_tokens where id = $1 for update', [uuid]);
  const observer = await connect(database.superuserUrl);
  const waiting = `select from pg_stat_activity
    where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`;
  return {
    waiting: async () => (await observer.query(waiting)).rowCount ?? 0,
    release: async () => void (await session.query('rollback')),
  };
}

async function countedOf({ uuid, workspace }: TestToken): Promise<number> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ count: number }>(
      `select coalesce(sum(succeeded), 0)::float8 as count from api_token_usage where workspace_id = $1 and token_id = $2`,
      [workspace.uuid, uuid],
    ),
  );
  return rows[0]?.count ?? 0;
}
