import { describe, it } from 'vitest';
import { aToken } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { pause } from '../support/load.js';
import { useApi } from '../support/use-api.js';

const header = 'x-calkeep-token-expires-at';

describe.concurrent.each([
  ['with Redis', {}],
  ['without Redis', { redisUrl: 'none' }],
])('a token that expires, %s', (_where, options) => {
  const api = useApi(options);

  it('says when on every answer, refusals by scope and limit included', async ({ expect }) => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const token = await aToken({ expiresAt, scopes: ['contacts:read'], quota: { requests: 4, windowSeconds: 3_600 } });
    const answers: Answer[] = [];
    for (const path of ['contacts', 'contacts/x', 'contacts?x=1', 'bookings', 'contacts'])
      answers.push(await api.call(`/api/v1/${path}`, { token: token.secret }));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400, 403, 429]);
    for (const { status, headers } of answers) expect(headers[header], String(status)).toBe(expiresAt.toISOString());

    const endless = await aToken();
    expect((await api.call('/api/v1/me', { token: endless.secret })).headers).not.toHaveProperty(header);
  });

  it('answers until then, and no longer though it was just used', async ({ expect }) => {
    const expiresAt = Date.now() + 1_200;
    const token = await aToken({ expiresAt: new Date(expiresAt) });
    const calls: { startedAt: number; endedAt: number; status: number }[] = [];
    while (Date.now() < expiresAt + 900) {
      const startedAt = Date.now();
      const { status } = await api.call('/api/v1/me', { token: token.secret });
      calls.push({ startedAt, endedAt: Date.now(), status });
      // Few enough calls that the brake on failures does not answer in the token's place.
      await pause(25);
    }
    const before = calls.filter(({ endedAt }) => endedAt < expiresAt);
    // What the entry may outlive the token by is the time of its own way to Redis.
    const after = calls.filter(({ startedAt }) => startedAt > expiresAt + 250);
    expect(before.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThan(0);
    for (const { status } of before) expect(status).toBe(200);
    for (const { status } of after) expect(status).toBe(401);
  });
});
