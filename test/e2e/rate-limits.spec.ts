import { describe, expect, it } from 'vitest';
import { aContact, aToken, aWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { pause } from '../support/load.js';
import { useApi } from '../support/use-api.js';

/** So long that nothing is refilled while a test runs. */
const hour = 3_600;

describe.each([
  ['in Redis', {}],
  ['in a process without Redis', { redisUrl: 'none' }],
])('limits %s', (_where, options) => {
  const api = useApi(options);

  it('are told in both families of headers', async () => {
    const token = await aToken({
      workspace: await aWorkspace({ requestsPerMinute: 600 }),
      quota: { requests: 5, windowSeconds: hour },
    });
    const { headers } = await api.call('/api/v1/me', { token: token.secret });
    expect(headers['ratelimit-policy']).toBe('"token";q=5;w=3600, "workspace";q=600;w=60');
    expect(headers.ratelimit).toBe('"token";r=4;t=720, "workspace";r=599;t=1');
    expect(headers['x-ratelimit-limit']).toBe('5');
    expect(headers['x-ratelimit-remaining']).toBe('4');
    expect(headers['x-ratelimit-reset']).toBe('720');
    expect(headers).not.toHaveProperty('retry-after');
  });

  it('are told in the X- headers by the one that is nearer', async () => {
    const token = await aToken({
      workspace: await aWorkspace({ requestsPerMinute: 3 }),
      quota: { requests: 50, windowSeconds: hour },
    });
    const { headers } = await api.call('/api/v1/me', { token: token.secret });
    expect([headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual(['3', '2']);
  });

  it('charge each request once, whatever comes of it', async () => {
    const workspace = await aWorkspace();
    const contact = await aContact(workspace);
    const token = await aToken({ workspace, scopes: ['contacts:read'], quota: { requests: 20, windowSeconds: hour } });
    const paths = [
      'me',
      'contacts',
      `contacts/${contact}`,
      'contacts/nobody',
      'contacts?page=0',
      'bookings',
      'contacts?limit=200',
    ];
    const remaining = [];
    for (const path of paths)
      remaining.push(
        Number((await api.call(`/api/v1/${path}`, { token: token.secret })).headers['x-ratelimit-remaining']),
      );
    await api.call('/api/v1/nothing', { token: token.secret });
    await api.call('/api/v1/me', { token: token.secret, method: 'DELETE' });
    const head = await api.call('/api/v1/me', { token: token.secret, method: 'HEAD' });
    expect([...remaining, Number(head.headers['x-ratelimit-remaining'])]).toEqual([19, 18, 17, 16, 15, 14, 13, 12]);
  });

  it('refuse with 429, tell when to come back, and charge nothing for it', async () => {
    const token = await aToken({ quota: { requests: 2, windowSeconds: hour } });
    const call = () => api.call('/api/v1/me', { token: token.secret });
    await call();
    await call();

    const refusals = [];
    for (let count = 0; count < 10; count++) refusals.push(await call());

    for (const refusal of refusals) {
      expect(refusal.status).toBe(429);
      expect(refusal.error.code).toBe('rate_limited');
      expect(refusal.headers['ratelimit-policy']).toContain('"token";q=2;w=3600');
      expect(refusal.headers['x-ratelimit-remaining']).toBe('0');
      expect(refusal.headers).not.toHaveProperty('www-authenticate');
    }
    const waits = refusals.map(({ headers }) => Number(headers['retry-after']));
    expect(waits[0]).toBeLessThanOrEqual(1_800);
    expect(waits[0]).toBeGreaterThan(1_700);
    expect(waits).toEqual([...waits].sort((a, b) => b - a));
  });

  it('charge neither of two when the other one refuses', async () => {
    const workspace = await aWorkspace({ requestsPerMinute: 1 });
    const token = await aToken({ workspace, quota: { requests: 9, windowSeconds: hour } });
    const call = () => api.call('/api/v1/me', { token: token.secret });
    await call();
    for (let count = 0; count < 4; count++)
      expect((await call()).headers.ratelimit).toMatch(/^"token";r=8;t=\d+, "workspace";r=0;t=\d+$/);
  });

  it('let the next call through once Retry-After has passed', async () => {
    const token = await aToken({ quota: { requests: 2, windowSeconds: 2 } });
    const call = () => api.call('/api/v1/me', { token: token.secret });
    const answers = await Promise.all(Array.from({ length: 12 }, call));
    const refused = answers.find(({ status }) => status === 429);
    const wait = Number(refused?.headers['retry-after']);
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(2);
    await pause(wait * 1_000);
    expect((await call()).status).toBe(200);
  });

  it('admit exactly as many of parallel calls as there are', async () => {
    const token = await aToken({ quota: { requests: 25, windowSeconds: hour } });
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => api.call('/api/v1/me', { token: token.secret })),
    );
    expect(countsOf(answers)).toEqual({ 200: 25, 429: 35 });
    const left = answers
      .filter(({ status }) => status === 200)
      .map(({ headers }) => Number(headers['x-ratelimit-remaining']));
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index));
  });

  it('of a workspace are shared by its tokens, live and test, and by no other workspace', async () => {
    const workspace = await aWorkspace({ requestsPerMinute: 3 });
    const [first, second, test] = await Promise.all([
      aToken({ workspace }),
      aToken({ workspace }),
      aToken({ workspace, mode: 'test' }),
    ]);
    const statuses = [];
    for (const { secret } of [first, second, test, first, second, test])
      statuses.push((await api.call('/api/v1/me', { token: secret })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
    expect((await api.call('/api/v1/me', { token: (await aToken()).secret })).status).toBe(200);
  });

  it('never take a limited token for a bad one, nor a bad one for limited', async () => {
    const token = await aToken({ quota: { requests: 1, windowSeconds: hour } });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        api.call('/api/v1/me', { token: index % 2 === 0 ? token.secret : `${token.secret}x` }),
      ),
    );
    expect(countsOf(answers.filter((_, index) => index % 2 === 0))).toEqual({ 200: 1, 429: 19 });
    expect(countsOf(answers.filter((_, index) => index % 2 === 1))).toEqual({ 401: 20 });
  });

  it('are told with the plain names, on every authenticated answer and on no other', async () => {
    const token = await aToken({ scopes: ['contacts:read'] });
    const names = ['ratelimit-policy', 'ratelimit', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
    const seen = ({ headers }: Answer) => Object.keys(headers).filter((name) => name.includes('ratelimit'));
    for (const path of ['/api/v1/contacts', '/api/v1/contacts/x', '/api/v1/contacts?x', '/api/v1/bookings'])
      expect(seen(await api.call(path, { token: token.secret })), path).toEqual(names);
    for (const path of ['/api/v1/nothing', '/health/live'])
      expect(seen(await api.call(path, { token: token.secret })), path).toEqual([]);
  });
});

function countsOf(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
