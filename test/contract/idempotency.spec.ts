import { expect, it } from 'vitest';
import { aContact, aToken } from '../support/builders.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const posts = (await registeredRoutes())
  .filter(({ method, access }) => method === 'POST' && access.kind === 'token')
  .map(({ path }) => path);

/** What each POST of the public API does something with. A new one gets its line here. */
const bodies: Record<string, (workspace: { uuid: string }) => Promise<unknown>> = {
  '/api/v1/contacts': async () => ({ email: 'ada@example.com' }),
  '/api/v1/explain': async () => ({ method: 'GET', path: '/api/v1/contacts' }),
  '/api/v1/tasks': async () => ({ title: 'Call back' }),
  '/api/v1/reminders': async (workspace) => ({
    title: 'Call back',
    dueAt: '2026-12-01T09:00:00Z',
    target: { type: 'contact', id: await aContact(workspace) },
  }),
};

it('knows a body for every POST of the public API', () => {
  expect(Object.keys(bodies).sort()).toEqual([...posts].sort());
});

it.each(posts)('POST %s under a key is done once, and answered alike ever after', async (path) => {
  const { secret, workspace } = await aToken();
  const body = await bodies[path]?.(workspace);
  const post = (sent: unknown, key: string) =>
    api.call(path, {
      ...{ method: 'POST', token: secret, body: JSON.stringify(sent) },
      headers: { 'Idempotency-Key': key },
    });

  const first = await post(body, 'a');
  const second = await post(body, 'a');
  const other = await post(body, 'b');

  expect(first.status, first.text).toBeLessThan(300);
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  expect({ status: second.status, data: second.data }).toEqual({ status: first.status, data: first.data });
  expect(second.headers['idempotency-replayed']).toBe('true');
  expect(second.headers['location']).toBe(first.headers['location']);
  expect(other.headers['idempotency-replayed']).toBeUndefined();
  expect((await post({ ...(body as object), unheardOf: 1 }, 'a')).status).toBe(400);
  expect((await post(body, '"')).status).toBe(400);
});

it('the same key is another one on each route', async () => {
  const { secret, workspace } = await aToken();
  for (const path of posts) {
    const body = JSON.stringify(await bodies[path]?.(workspace));
    const headers = { 'Idempotency-Key': 'one for all' };
    const answer = await api.call(path, { method: 'POST', token: secret, body, headers });
    expect(answer.status, path).toBeLessThan(300);
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
  }
});
