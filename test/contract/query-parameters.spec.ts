import { newId } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const routes = (await registeredRoutes()).filter(({ path }) => path.startsWith('/api/'));

it.each(routes.map(({ method, path }) => [method, path]))(
  '%s %s takes no query parameter that it does not know, in any spelling',
  async (method, path) => {
    const { secret } = await aToken();
    const target = path.replaceAll(/:\w+/g, newId('contact'));
    for (const [query, name] of [
      ['nonsense=needle', 'nonsense'],
      ['nonsense=needle&nonsense=needle', 'nonsense'],
      ['nonsense', 'nonsense'],
      ['limit[]=needle', 'limit[]'],
      ['page[a]=needle', 'page[a]'],
      ['__proto__[a]=needle', '__proto__[a]'],
      ['access_token=needle', 'access_token'],
      ['token=needle', 'token'],
    ]) {
      const answer = await api.call(`${target}?${query}`, { method, token: secret });
      expect([answer.status, answer.error.code], query).toEqual([400, 'invalid_request']);
      expect(answer.error.details).toEqual([{ path: name, code: 'unknown_field', message: expect.any(String) }]);
      expect(answer.text).not.toContain('needle');
    }
    // Nothing was done: one of the routes ends the token.
    expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
  },
);
