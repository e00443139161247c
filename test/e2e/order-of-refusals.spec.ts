import type { PlanCode } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aToken, aWorkspace, type TokenOptions } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const used = { requests: 1, windowSeconds: 3_600 };
const elsewhere = ['203.0.113.1/32'];
const badQuery = '/api/v1/contacts?page=0&nonsense=1';

/** Everything that can be wrong with a call at once, and what is left wrong of it step by step. */
it.each<[string, string, TokenOptions & { plan?: PlanCode }, string, number]>([
  ['a path that does not exist', 'credential', {}, '/api/v1/nothing', 404],
  [
    'a credential',
    'plan',
    { plan: 'free', ipAllowlist: elsewhere, quota: used, scopes: ['tasks:read'], disabledAt: new Date() },
    badQuery,
    401,
  ],
  [
    'a plan',
    'allow-list',
    { plan: 'free', ipAllowlist: elsewhere, quota: used, scopes: ['tasks:read'] },
    badQuery,
    403,
  ],
  ['an allow-list', 'limit', { ipAllowlist: elsewhere, quota: used, scopes: ['tasks:read'] }, badQuery, 403],
  ['a limit', 'scope', { quota: used, scopes: ['tasks:read'] }, badQuery, 429],
  ['a scope', 'query', { scopes: ['tasks:read'] }, badQuery, 403],
  ['a query', 'object', {}, '/api/v1/contacts/nobody?nonsense=1', 400],
])(
  '%s refuses before the %s is looked at',
  async (_first, _second, { plan = 'business', ...options }, path, status) => {
    const { secret } = await aToken({ ...options, workspace: await aWorkspace({ plan }) });
    await api.call('/api/v1/me', { token: secret });
    const answer = await api.call(path, { token: secret });
    expect(answer.status).toBe(status);
    expect(answer.error.code).toBe(codes[_first]);
  },
);

const codes: Record<string, string> = {
  'a path that does not exist': 'not_found',
  'a credential': 'invalid_token',
  'a plan': 'plan_not_eligible',
  'an allow-list': 'ip_not_allowed',
  'a limit': 'rate_limited',
  'a scope': 'insufficient_scope',
  'a query': 'invalid_request',
};

it('tells who has no credential of unknown paths and methods all the same', async () => {
  for (const headers of [{}, { Authorization: 'Bearer bad' }]) {
    expect((await api.call('/api/v1/nothing', { headers })).status).toBe(404);
    expect((await api.call('/api/v2/me', { headers })).status).toBe(404);
    expect((await api.call('/api/v1/contacts/', { headers })).status).toBe(404);
    expect((await api.call('/api/v1/me', { headers, method: 'PUT' })).status).toBe(405);
  }
});

it.each([
  ['not JSON', '{x', 'application/json'],
  ['of another type', 'a=b', 'application/x-www-form-urlencoded'],
  ['of no type', '{}', ''],
  ['too large', `{"a":"${'a'.repeat(300_000)}"}`, 'application/json'],
])('tells a wrong path or method before it reads a body that is %s', async (_what, body, type) => {
  const headers = { 'Content-Type': type };
  expect((await api.call('/api/v1/contacts/x/y', { method: 'POST', body, headers })).status).toBe(404);
  expect((await api.call('/api/v1/me', { method: 'POST', body, headers })).status).toBe(405);
});

it('looks at the credential before the query', async () => {
  const answer = await api.call(badQuery, { token: 'bad' });
  expect(answer.status).toBe(401);
});
