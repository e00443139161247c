import { newId, scopes, type Scope } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../apps/api/src/http/access.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const routes = await registeredRoutes();
const guarded = routes.flatMap((route) =>
  route.access.kind === 'token' ? [{ ...route, scopes: route.access.scopes }] : [],
);

/** THE PERMISSION REVIEW: a change of this list is a change of who may do what. */
it('gives every route to whom this list says, and knows no other route', () => {
  expect(routes.map(({ method, path, access }) => `${method} ${path}: ${inWords(access)}`)).toEqual([
    'GET /.well-known/token-format.json: public',
    'GET /api/v1/bookings: bookings:read',
    'GET /api/v1/bookings/:id: bookings:read',
    'GET /api/v1/contacts: contacts:read',
    'GET /api/v1/contacts/:id: contacts:read',
    'GET /api/v1/me: any token',
    'GET /api/v1/workspace: workspace:read',
    'GET /health/live: public',
    'GET /health/ready: public',
    'GET /metrics: public',
  ]);
});

it('asks for a token on every route of the public API', () => {
  for (const { path, access } of routes) expect(access.kind, path).toBe(path.startsWith('/api/') ? 'token' : 'public');
});

describe('each route with a token that has', () => {
  const api = useApi();

  it.each(scopes)('%s alone answers exactly where that is enough', async (scope) => {
    const token = await aToken({ scopes: [scope] });
    for (const route of guarded) {
      const answer = await api.call(inPlace(route.path), { method: route.method, token: token.secret });
      if (route.scopes.every((needed) => needed === scope)) expect(answer.status, route.path).not.toBe(403);
      else expectRefusal(answer.status, answer.headers['www-authenticate'], answer.error, route.scopes);
    }
  });

  it('every scope but the one it needs refuses', async () => {
    const workspace = await aWorkspace();
    for (const route of guarded.filter((candidate) => candidate.scopes.length > 0)) {
      const token = await aToken({ workspace, scopes: scopes.filter((scope) => !route.scopes.includes(scope)) });
      const answer = await api.call(inPlace(route.path), { method: route.method, token: token.secret });
      expectRefusal(answer.status, answer.headers['www-authenticate'], answer.error, route.scopes);
    }
  });
});

function expectRefusal(status: number, challenge: unknown, error: object, requiredScopes: readonly Scope[]): void {
  expect(status).toBe(403);
  expect(error).toMatchObject({ code: 'insufficient_scope', details: { requiredScopes } });
  expect(challenge).toBe(`Bearer realm="calkeep", error="insufficient_scope", scope="${requiredScopes.join(' ')}"`);
}

function inWords(access: Access): string {
  if (access.kind === 'public') return 'public';
  return access.scopes.length > 0 ? access.scopes.join(' and ') : 'any token';
}

function inPlace(path: string): string {
  return path.replace(':id', newId('contact'));
}
