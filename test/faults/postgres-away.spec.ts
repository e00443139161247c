import { Agent } from 'node:http';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, aWorkspace, buildIn, someContacts } from '../support/builders.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { pause, startLoad, statuses, take, until, type Sample } from '../support/load.js';
import { errorLines } from '../support/log-lines.js';
import { OwnPostgres } from '../support/own-postgres.js';

const statementTimeoutMs = 2_000;

let postgres: OwnPostgres;
let api: ApiProcess;
let call: Call;
let secret: string;
/** A point read on the pipelines, and a deep page on the pool. */
let paths: string[];

beforeAll(async () => {
  postgres = await OwnPostgres.start('away');
  buildIn(postgres.urls);
  const workspace = await aWorkspace();
  secret = (await aToken({ workspace })).secret;
  paths = [`/api/v1/contacts/${(await someContacts(workspace, 1))[0]}`, '/api/v1/contacts?page=41'];
  const env = { DATABASE_POOL_MAX: '2', DATABASE_TIMEOUT_MS: String(statementTimeoutMs) };
  api = await startApi({ databaseUrl: postgres.urls.appUrl, env });
  // No request waits for a socket in the test.
  call = callerOf(api.baseUrl, { agent: new Agent({ keepAlive: true, maxSockets: 200 }) });
});
afterAll(async () => {
  await api.stop();
  await postgres.stop();
});
beforeEach(async () => {
  await until(isHealthy, 10_000);
});

const read = (client: number): Promise<Answer> => call(paths[client % paths.length] ?? '', { token: secret });
const status = async (path: string): Promise<number> => (await call(path)).status;
const isHealthy = async () => {
  const answers = await Promise.all([
    status('/health/ready'),
    ...paths.map(async (_, client) => (await read(client)).status),
  ]);
  return answers.every((answer) => answer === 200);
};

it('an immediate restart under load: what was in flight gets 503, and all is well within 10 s', async () => {
  const load = startLoad(16, read);
  await load.more(100);

  await postgres.crash();
  expect(await status('/health/live')).toBe(200);
  expect(await status('/health/ready')).toBe(503);
  await load.more(100);
  await postgres.startAgain();
  const healthyAfterMs = await until(isHealthy, 10_000);

  await load.more(100);
  const samples = await load.stop();
  expectOnlyAnswersAndRefusals(samples);
  expect(samples.at(-1)?.status).toBe(200);
  console.info(`restart: ${JSON.stringify(statuses(samples))}, healthy after ${Math.round(healthyAfterMs)} ms`);
});

it('connections terminated every 200 ms for 3 s: 200 or 503, and all is well afterwards', async () => {
  const superuser = await connectAs(postgres.urls.superuserUrl);
  const load = startLoad(16, read);

  for (let round = 0; round < 15; round++) {
    await superuser.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'calkeep_app'`);
    await pause(200);
  }
  const healthyAfterMs = await until(isHealthy, 10_000);

  const samples = await load.stop();
  expectOnlyAnswersAndRefusals(samples);
  console.info(`terminated: ${JSON.stringify(statuses(samples))}, healthy after ${Math.round(healthyAfterMs)} ms`);
});

it('paused: requests end at their deadline with 503, the process is live but not ready, and nothing is piled up after', async () => {
  const load = startLoad(16, read);
  await load.more(50);
  const pausedAt = performance.now();

  await postgres.pause();
  onTestFinished(() => postgres.resume());
  const [ready, live] = await Promise.all([status('/health/ready'), status('/health/live')]);
  expect({ ready, live }).toEqual({ ready: 503, live: 200 });
  await until(async () => performance.now() - pausedAt > 6_000, 10_000);
  await postgres.resume();
  const healthyAfterMs = await until(isHealthy, 10_000);
  const healthyAt = performance.now();
  await load.more(200);

  const samples = await load.stop();
  expectOnlyAnswersAndRefusals(samples);
  // The pool's wait, the statement's time and a second on top for a server that does not even cancel; then a busy machine.
  expect(slowest(samples)).toBeLessThan(2_000 + statementTimeoutMs + 1_000 + 3_000);
  expect(slowest(samples.filter(({ startedAt }) => startedAt > healthyAt))).toBeLessThan(1_500);
  console.info(
    `paused: ${JSON.stringify(statuses(samples))}, slowest ${Math.round(slowest(samples))} ms, healthy after ${Math.round(healthyAfterMs)} ms`,
  );
});

it('a pool of 2 and 100 slow reads: 503 with Retry-After within seconds, live but not ready, and it recovers by itself', async () => {
  const unlock = await lockContacts();
  const slow = Promise.all(Array.from({ length: 100 }, () => take(() => read(1))));
  await pause(300);

  const [ready, live] = await Promise.all([status('/health/ready'), status('/health/live')]);
  expect({ ready, live }).toEqual({ ready: 503, live: 200 });
  const samples = await slow;
  await unlock();
  const healthyAfterMs = await until(isHealthy, 10_000);

  expect(statuses(samples)).toEqual({ 503: 100 });
  expectOnlyAnswersAndRefusals(samples);
  // All but those that got a connection at the last moment, and then waited for the statement as well.
  const inTime = samples.filter(({ startedAt: from, endedAt }) => endedAt - from < 3_500);
  expect(inTime.length).toBeGreaterThanOrEqual(90);
  expect(slowest(samples)).toBeLessThan(2_000 + statementTimeoutMs + 2_000);
  console.info(
    `100 slow reads: ${inTime.length} over within 3.5 s, the slowest after ${Math.round(slowest(samples))} ms, healthy ${Math.round(healthyAfterMs)} ms after the lock`,
  );
});

it('clients that leave in mid-request leave nothing behind', async () => {
  const unlock = await lockContacts();
  const leaving = Array.from({ length: 40 }, async (_, client) => {
    const left = new AbortController();
    setTimeout(() => left.abort(), 100);
    const url = new URL(paths[client % 2] ?? '', api.baseUrl);
    await fetch(url, { headers: { Authorization: `Bearer ${secret}` }, signal: left.signal }).catch(() => undefined);
  });
  await Promise.all(leaving);
  await unlock();

  await until(isHealthy, 10_000);
  const superuser = await connectAs(postgres.urls.superuserUrl);
  // A job may be between two statements when one looks; what was left open would stay so.
  const open = `select from pg_stat_activity where usename = 'calkeep_app' and state like 'idle in transaction%'`;
  await vi.waitFor(async () => expect((await superuser.query(open)).rowCount).toBe(0), {
    timeout: 1_000,
    interval: 50,
  });
  expect(statuses(await Promise.all(Array.from({ length: 40 }, (_, client) => take(() => read(client)))))).toEqual({
    200: 40,
  });
});

it('through all of it the process lived, and failed no request for a reason of its own', () => {
  // Requests that ended with 503, and jobs that will be tried again.
  const unexpected = errorLines(api.logs()).filter((line) => !/"job":|"msg":"request failed"/.test(line));

  expect(unexpected).toEqual([]);
});

/** 200, or 503 that says when to come back; the caller has checked that each is in the envelope. */
function expectOnlyAnswersAndRefusals(samples: readonly Sample[]): void {
  expect(
    samples
      .filter(({ status }) => status !== 200 && status !== 503)
      .map(({ status, error, answer }) => ({ status, error, text: answer?.text })),
  ).toEqual([]);
  const withoutRetry = samples.filter(
    ({ status, answer }) => status === 503 && !(Number(answer?.headers['retry-after']) >= 1),
  );
  expect(withoutRetry).toEqual([]);
}

function slowest(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ startedAt, endedAt }) => endedAt - startedAt));
}

/** Every statement on contacts waits from here on. */
async function lockContacts(): Promise<() => Promise<unknown>> {
  const session = await connectAs(postgres.urls.ownerUrl);
  await session.query('begin; lock table contacts in access exclusive mode');
  return () => session.query('rollback');
}

async function connectAs(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
