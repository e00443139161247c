import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, aWorkspace, someContacts } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';
import { startLoad, statuses, take, until } from '../support/load.js';
import { errorLines } from '../support/log-lines.js';
import { OwnRedis } from '../support/own-redis.js';
import { describeWithRedis } from '../support/with-redis.js';

describeWithRedis('with Redis away', () => {
  let redis: OwnRedis;
  let api: ApiProcess;
  let call: Call;
  let path: string;
  let secret: string;

  beforeAll(async () => {
    redis = await OwnRedis.prepare('away');
    // Nobody is there when the API starts.
    api = await startApi({ redisUrl: redis.url });
    call = callerOf(api.baseUrl);
    const workspace = await aWorkspace();
    secret = (await aToken({ workspace })).secret;
    path = `/api/v1/contacts/${(await someContacts(workspace, 1))[0]}`;
  });
  afterAll(async () => {
    await api.stop();
    await redis.stop();
  });

  const request = () => call(path, { token: secret });
  const limiter = async (): Promise<unknown> => JSON.parse((await call('/health/ready')).text);
  const isShared = async () => JSON.stringify(await limiter()).includes('"limiter":"shared"');

  it('starts and serves, and picks Redis up when it comes', async () => {
    expect((await request()).status).toBe(200);
    expect(await limiter()).toEqual({ status: 'ready', database: 'ok', redis: 'away', limiter: 'local' });

    await redis.start();

    await until(isShared, 5_000);
    expect((await request()).status).toBe(200);
  });

  it('holds limits in each process', async () => {
    const away = await OwnRedis.prepare('never');
    const lonely = await startApi({ redisUrl: away.url });
    const callLonely = callerOf(lonely.baseUrl);
    const token = await aToken({ quota: { requests: 20, windowSeconds: 3_600 } });

    const samples = await Promise.all(
      Array.from({ length: 50 }, () => take(() => callLonely('/api/v1/me', { token: token.secret }))),
    );

    expect(statuses(samples)).toEqual({ 200: 20, 429: 30 });
    expect(await lonely.stop()).toBe(0);
  });

  it('goes on when Redis is killed in mid-load, and shares its limits again within 5 s of its return', async () => {
    await until(isShared, 5_000);
    const load = startLoad(32, request);
    await load.more(200);

    redis.kill();
    await load.more(200);
    expect(await limiter()).toMatchObject({ status: 'ready', redis: 'away', limiter: 'local' });
    await redis.start();
    const returnedAfterMs = await until(isShared, 5_000);
    await load.more(200);

    expect(statuses(await load.stop())).toEqual({ 200: expect.any(Number) });
    console.info(`Redis killed: ${load.samples.length} requests, shared again after ${Math.round(returnedAfterMs)} ms`);
  });

  it('decides without it when Redis is paused, and with it within 5 s of its waking', async () => {
    await until(isShared, 5_000);
    const load = startLoad(16, request);
    await load.more(100);
    const pausedAt = performance.now();

    redis.pause();
    await until(async () => !(await isShared()), 2_000);
    await load.more(300);
    // Longer than the connection is kept without an answer: it is cut, and the new one hangs as well.
    await until(async () => performance.now() - pausedAt > 4_000, 5_000);
    await load.more(50);
    redis.resume();
    const wokenAt = performance.now();
    const returnedAfterMs = await until(isShared, 5_000);
    await load.more(100);

    const samples = await load.stop();
    expect(statuses(samples)).toEqual({ 200: expect.any(Number) });
    const during = samples.filter(({ startedAt }) => startedAt >= pausedAt && startedAt < wokenAt);
    const times = during.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
    // Each decision waits 100 ms at most; the rest of the bound is for a machine with other work.
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(1_000);
    console.info(
      `Redis paused: ${during.length} requests, slowest ${Math.round(times.at(-1) ?? 0)} ms, shared again after ${Math.round(returnedAfterMs)} ms`,
    );
  });

  it('counts in its metrics where the decisions were made', async () => {
    // Only the loopback may read them.
    const metrics = (await call('/metrics', { address: '127.0.0.1' })).text;

    expect(metrics).toMatch(/\{limiter="local"\} [1-9]/);
    expect(metrics).toMatch(/\{limiter="shared"\} [1-9]/);
  });

  it('logs neither an unhandled rejection nor a failed request', async () => {
    expect(errorLines(await api.settledLogs())).toEqual([]);
  });
});
