import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startApi } from '../support/api-process.js';
import { aToken, arrange, buildIn } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { secretSettings } from '../support/secrets.js';

const workerMain = path.resolve(import.meta.dirname, '../../apps/api/dist/worker.js');
const patience = { timeout: 15_000, interval: 50 };

/** Jobs wait in it, where no other process of the run looks for any. */
let database: ScratchDatabase;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
});
afterAll(() => database.drop());

it('does the jobs that the API leaves to it, and ends when it is told to', async () => {
  const api = await startApi({ databaseUrl: database.appUrl, redisUrl: 'none', env: { WORKER: 'separate' } });
  onTestFinished(async () => void (await api.stop()));
  const { uuid, secret, workspace } = await aToken();
  await callerOf(api.baseUrl)('/api/v1/me', { token: secret });
  const superuser = await connect(database.superuserUrl);
  const waiting = () => superuser.query(`select from jobs.job where state = 'waiting'`);
  await vi.waitFor(async () => expect((await waiting()).rowCount).toBe(1), patience);

  const worker = fork(workerMain, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { NODE_ENV: 'test', DATABASE_URL: database.appUrl, REDIS_URL: 'none', ...secretSettings },
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  const exited = once(worker, 'exit');
  await once(worker, 'message');
  const usedAt = () =>
    arrange(workspace.uuid, async (client) => {
      const { rows } = await client.query('select last_used_at from api_tokens where id = $1', [uuid]);
      return rows[0].last_used_at as Date | null;
    });
  await vi.waitFor(async () => expect(await usedAt()).toBeInstanceOf(Date), patience);
  expect((await waiting()).rowCount).toBe(0);

  worker.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
