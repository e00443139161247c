import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { startApi } from '../support/api-process.js';
import { aToken, aWorkspace, someContacts } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { pause, startLoad, statuses, take, until } from '../support/load.js';
import { errorLines } from '../support/log-lines.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { serviceUrl } from '../support/service-url.js';

/** For connections that a closing listener no longer takes. */
const turnedAway = new Set(['ECONNREFUSED', 'ECONNRESET']);
const drainMs = 1_000;

let secret: string;
let path: string;

beforeAll(async () => {
  const workspace = await aWorkspace();
  secret = (await aToken({ workspace })).secret;
  path = `/api/v1/contacts/${(await someContacts(workspace, 1))[0]}`;
});

it('SIGTERM under load: first not ready, and still serving; then no request in flight fails, and it ends with 0', async () => {
  const api = await startApi({ env: { SHUTDOWN_DRAIN_MS: String(drainMs) } });
  const call = callerOf(api.baseUrl);
  const ask = callerOf(api.baseUrl, { agent: new Agent({ keepAlive: false }) });
  const load = startLoad(32, () => call(path, { token: secret }));
  await load.more(200);

  const signalledAt = performance.now();
  const ended = api.stop();
  const notReadyAfterMs = await until(async () => (await ask('/health/ready')).status === 503, drainMs);
  expect((await ask('/health/live')).status).toBe(200);
  expect((await ask(path, { token: secret })).status).toBe(200);

  expect(await ended).toBe(0);
  expect(performance.now() - signalledAt).toBeLessThan(30_000);
  const samples = await load.stop();
  const served = samples.filter(({ status }) => status !== 0);
  const refused = samples.filter(({ status }) => status === 0);
  expect(statuses(served)).toEqual({ 200: expect.any(Number) });
  // Whoever was refused came when the listener had closed, with a connection of its own.
  expect(refused.filter(({ startedAt }) => startedAt < signalledAt + drainMs / 2)).toEqual([]);
  expect(
    refused.filter(({ error }) => !(error instanceof Error && 'code' in error && turnedAway.has(String(error.code)))),
  ).toEqual([]);
  expect(errorLines(api.logs())).toEqual([]);
  console.info(
    `SIGTERM: not ready after ${Math.round(notReadyAfterMs)} ms, ${served.length} served, ${refused.length} refused after the drain`,
  );
});

it('answers what it had begun, without a drain too, and is not held up by connections kept alive', async () => {
  const proxy = await TcpProxy.before(serviceUrl('appUrl'));
  onTestFinished(() => proxy.close());
  const api = await startApi({
    databaseUrl: proxy.url(serviceUrl('appUrl')),
    env: { SHUTDOWN_DRAIN_MS: '0', WORKER: 'separate' },
  });
  const call = callerOf(api.baseUrl);
  await call(path, { token: secret });
  proxy.hold();
  const inFlight = Promise.all(Array.from({ length: 32 }, () => take(() => call(path, { token: secret }))));
  await pause(300);

  const signalledAt = performance.now();
  const ended = api.stop();
  await pause(300);
  proxy.letGo();

  expect(statuses(await inFlight)).toEqual({ 200: 32 });
  expect(await ended).toBe(0);
  expect(performance.now() - signalledAt).toBeLessThan(10_000);
});

it('ends by itself when its parent is gone', async () => {
  const api = await startApi();

  expect(await api.leave()).toBe(0);
  expect(api.logs()).toContain('parent gone');
});

it('ends within its time, and not with success, when something does not let go', async () => {
  const api = await startApi({ env: { SHUTDOWN_TIMEOUT_MS: '500' } });
  const half = await openHalfARequest(api.baseUrl);

  expect(await api.stop()).toBe(1);
  half.destroy();
});

/** On a connection that the server has to wait for. */
async function openHalfARequest(baseUrl: string): Promise<Socket> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.write(`GET ${path} HTTP/1.1\r\nHost: local`, () => resolve()));
  await pause(100);
  return socket;
}
