import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken } from '../support/builders.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { pause, statuses } from '../support/load.js';
import { describeWithRedis } from '../support/with-redis.js';

const me = '/api/v1/me';

describeWithRedis('two processes on one port', () => {
  let api: ApiProcess;
  let call: Call;

  beforeAll(async () => {
    api = await startApi({ env: { PROCESSES: '2' } });
    // A connection of its own for each call: those are dealt out to the processes in turns.
    call = callerOf(api.baseUrl, { agent: new Agent({ keepAlive: false, maxSockets: 32 }) });
  });
  afterAll(() => api.stop());

  const many = (count: number, token: string): Promise<Answer[]> =>
    Promise.all(Array.from({ length: count }, () => call(me, { token })));

  /** The processes that have logged a request. */
  const serving = () =>
    new Set([...api.logs().matchAll(/"pid":(\d+)[^\n]*"route":"\/api\/v1\/me"/g)].map(([, pid]) => Number(pid)));

  it('both serve', async () => {
    const { secret } = await aToken();
    expect(statuses(await many(20, secret))).toEqual({ 200: 20 });
    await expect.poll(() => serving().size).toBe(2);
  });

  it('admit exactly what a limit says, together', async () => {
    const { secret } = await aToken({ quota: { requests: 40, windowSeconds: 3_600 } });
    expect(statuses(await many(120, secret))).toEqual({ 200: 40, 429: 80 });
  });

  it('refuse a revoked token from the answer of the revocation on, both of them', async () => {
    const { secret } = await aToken();
    expect(statuses(await many(20, secret))).toEqual({ 200: 20 });
    expect((await call(`${me}/token`, { method: 'DELETE', token: secret })).status).toBe(204);
    expect(statuses(await many(20, secret))).toEqual({ 401: 20 });
  });

  it('go on without one that is killed, and have another in its place', async () => {
    const { secret } = await aToken();
    await many(10, secret);
    await expect.poll(() => serving().size).toBeGreaterThan(1);
    const before = serving();
    const [victim = 0] = before;

    process.kill(victim, 'SIGKILL');

    await expect
      .poll(
        async () => {
          // What was on its way to the one that died gets no answer.
          await Promise.race([Promise.allSettled([many(4, secret)]), pause(500)]);
          return [...serving()].some((pid) => !before.has(pid));
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(true);
  });

  it('end together, and with 0', async () => {
    const own = await startApi({ env: { PROCESSES: '2', SHUTDOWN_DRAIN_MS: '0' } });
    expect(await own.stop()).toBe(0);
  });
});
