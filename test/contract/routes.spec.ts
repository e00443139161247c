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
    'GET /: console',
    'GET /.well-known/audit-checkpoint-keys.json: public',
    'GET /.well-known/token-format.json: public',
    'GET /account: console',
    'GET /account/:page: console',
    'GET /api/v1/bookings: bookings:read',
    'GET /api/v1/bookings/:id: bookings:read',
    'GET /api/v1/calendar-health: calendar_health:read',
    'GET /api/v1/contacts: contacts:read',
    'POST /api/v1/contacts: contacts:write',
    'GET /api/v1/contacts/:id: contacts:read',
    'PATCH /api/v1/contacts/:id: contacts:write',
    'POST /api/v1/explain: any token',
    'GET /api/v1/me: any token',
    'DELETE /api/v1/me/token: any token',
    'GET /api/v1/reminders: reminders:read',
    'POST /api/v1/reminders: reminders:write',
    'POST /api/v1/secret-scanning/github: public',
    'GET /api/v1/tasks: tasks:read',
    'POST /api/v1/tasks: tasks:write',
    'GET /api/v1/tasks/:id: tasks:read',
    'PATCH /api/v1/tasks/:id: tasks:write',
    'POST /api/v1/token-revocations: public',
    'GET /api/v1/workspace: workspace:read',
    'GET /app/auth/mfa: session',
    'POST /app/auth/mfa/recovery/regenerate: session, recent MFA',
    'POST /app/auth/mfa/recovery/verify: pending session',
    'DELETE /app/auth/mfa/totp: session, recent MFA',
    'POST /app/auth/mfa/totp/confirm: session, recent MFA if enrolled',
    'POST /app/auth/mfa/totp/enroll: session, recent MFA if enrolled',
    'POST /app/auth/mfa/totp/verify: pending session',
    'DELETE /app/auth/mfa/webauthn/:id: session, recent MFA',
    'PATCH /app/auth/mfa/webauthn/:id: session',
    'POST /app/auth/mfa/webauthn/authenticate/options: pending session',
    'POST /app/auth/mfa/webauthn/authenticate/verify: pending session',
    'POST /app/auth/mfa/webauthn/register/options: session, recent MFA if enrolled',
    'POST /app/auth/mfa/webauthn/register/verify: session, recent MFA if enrolled',
    'POST /app/auth/password: session, recent MFA if enrolled',
    'PATCH /app/auth/profile: session',
    'GET /app/auth/session: pending session',
    'DELETE /app/auth/sessions: session',
    'GET /app/auth/sessions: session',
    'DELETE /app/auth/sessions/:id: session',
    'POST /app/auth/sign-in: anybody',
    'POST /app/auth/sign-out: pending session',
    'POST /app/auth/sign-up: anybody',
    'POST /app/invitations/accept: session',
    'POST /app/invitations/lookup: anybody',
    'POST /app/invitations/sign-up: anybody',
    'GET /app/plans: session',
    'GET /app/workspaces/:ws: owner, admin, member',
    'PATCH /app/workspaces/:ws: owner, admin, recent MFA',
    'GET /app/workspaces/:ws/api-tokens: owner, admin',
    'POST /app/workspaces/:ws/api-tokens: owner, admin, recent MFA, plan with tokens',
    'GET /app/workspaces/:ws/api-tokens/:id: owner, admin',
    'PATCH /app/workspaces/:ws/api-tokens/:id: owner, admin',
    'POST /app/workspaces/:ws/api-tokens/:id/revoke: owner, admin',
    'POST /app/workspaces/:ws/api-tokens/:id/rotate: owner, admin, recent MFA, plan with tokens',
    'GET /app/workspaces/:ws/api-tokens/:id/usage: owner, admin',
    'GET /app/workspaces/:ws/api-tokens/orphans: owner, admin',
    'GET /app/workspaces/:ws/audit-log: owner, admin, auditor',
    'GET /app/workspaces/:ws/audit-log/checkpoints: owner, admin, auditor',
    'GET /app/workspaces/:ws/audit-log/export: owner, admin, auditor, recent MFA',
    'GET /app/workspaces/:ws/audit-log/verify: owner, admin, auditor',
    'GET /app/workspaces/:ws/bookings: owner, admin, member',
    'GET /app/workspaces/:ws/contacts: owner, admin, member',
    'GET /app/workspaces/:ws/invitations: owner, admin',
    'DELETE /app/workspaces/:ws/invitations/:id: owner, admin',
    'GET /app/workspaces/:ws/members: owner, admin',
    'POST /app/workspaces/:ws/members: owner, admin, recent MFA',
    'DELETE /app/workspaces/:ws/members/:userId: owner, admin, member, auditor, recent MFA',
    'PATCH /app/workspaces/:ws/members/:userId: owner, admin, recent MFA',
    'POST /app/workspaces/:ws/sandbox/reset: owner, admin',
    'GET /app/workspaces/:ws/tasks: owner, admin, member',
    'GET /assets/:file: console',
    'GET /docs: public',
    'GET /docs/:page: public',
    'GET /docs/assets/:file: public',
    'GET /docs/errors/:code: public',
    'GET /docs/images/:file: public',
    'GET /favicon.svg: console',
    'GET /health/live: public',
    'GET /health/ready: public',
    'GET /invitations/:secret: console',
    'GET /llms.txt: public',
    'GET /metrics: public',
    'GET /openapi.json: public',
    'GET /sign-in: console',
    'GET /sign-up: console',
    'GET /workspaces/*: console',
  ]);
});

/** Possession of a leaked token is the proof, and GitHub signs what it sends. */
const withoutToken = ['/api/v1/token-revocations', '/api/v1/secret-scanning/github'];

it('asks for a token on every route of the public API, and for a session on every one of the app API', () => {
  for (const { path, access } of routes.filter((route) => !withoutToken.includes(route.path))) {
    const surface = path.startsWith('/api/') ? 'token' : path.startsWith('/app/') ? 'session' : 'public';
    expect(access.kind, path).toBe(surface);
  }
});

describe('each route with a token that has', () => {
  const api = useApi();

  it.each(scopes)('%s alone answers exactly where that is enough', async (scope) => {
    const workspace = await aWorkspace();
    for (const route of guarded) {
      // A token each: one of the routes ends the token that calls it.
      const token = await aToken({ workspace, scopes: [scope] });
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
  if (access.kind === 'public') return access.isConsole ? 'console' : 'public';
  if (access.kind === 'token') return access.scopes.length > 0 ? access.scopes.join(' and ') : 'any token';
  const who =
    access.roles?.join(', ') ?? { none: 'anybody', pending: 'pending session', complete: 'session' }[access.stage];
  const recent = { always: ', recent MFA', 'if-enrolled': ', recent MFA if enrolled' };
  const plan = access.needsApiTokens === true ? ', plan with tokens' : '';
  return `${who}${access.recentMfa === undefined ? '' : recent[access.recentMfa]}${plan}`;
}

function inPlace(path: string): string {
  return path.replace(':id', newId('contact'));
}
