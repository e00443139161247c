import { explainData, explainMethods, newId, scopes, type Explain, type Scope } from '@calkeep/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContact, aToken, aWorkspace, type TestWorkspace, type TokenOptions } from '../support/builders.js';
import { sendRaw } from '../support/raw-http.js';
import { registeredRoutes } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const routes = (await registeredRoutes()).filter(({ path }) => path.startsWith('/api/'));
type Explanation = Explain['explanation'];

async function explain(token: string, call: { method: string; path: string }): Promise<Explanation> {
  const answer = await api.call('/api/v1/explain', { method: 'POST', token, body: JSON.stringify(call) });
  expect(answer.status, JSON.stringify(call)).toBe(200);
  return explainData.parse(answer.data).explanation;
}

const verdictOf = ({ layers }: Explanation, layer: string) => layers.find((known) => known.layer === layer)?.verdict;

describe('what explain says of every route is what the route then answers, to a token with', () => {
  const held: [string, readonly Scope[]][] = [
    ...scopes.map((scope): [string, readonly Scope[]] => [`${scope} alone`, [scope]]),
    ['every scope', scopes],
  ];

  it.each(held)('%s', async (_what, granted) => {
    const workspace = await aWorkspace();
    for (const route of routes) {
      for (const method of new Set([route.method, 'PUT', ...(route.method === 'GET' ? ['HEAD'] : [])])) {
        // A token each: one of the routes ends the token that calls it.
        const { secret } = await aToken({ workspace, scopes: granted });
        const path = route.path.replaceAll(/:\w+/g, newId('contact'));
        const explanation = await explain(secret, { method, path });
        const answer = await api.call(path, { method, token: secret });
        expect(guardsOf(explanation), `${method} ${path}`).toEqual(guardsIn(answer.status));
        expect(explanation.route).toBe(route.path);
        if (explanation.refusal && method !== 'HEAD')
          expect({ status: answer.status, code: answer.error.code }).toMatchObject({
            status: explanation.refusal.status,
            code: explanation.refusal.code,
          });
      }
    }
  });

  function guardsOf({ outcome, refusal }: Explanation): string {
    return outcome === 'admitted' ? 'admitted' : `refused with ${refusal?.status}`;
  }

  /** Behind the guards only 404 (of an object), 400, 415 and successes are left. */
  function guardsIn(status: number): string {
    return [401, 403, 405, 429].includes(status) ? `refused with ${status}` : 'admitted';
  }
});

it('what explain says of any path and method is what they are then answered', { timeout: 120_000 }, async () => {
  let { secret } = await aToken();
  const piece = fc.constantFrom(
    ...['/', '//', 'api', 'v1', 'v2', 'contacts', 'bookings', 'me', 'token', newId('contact'), 'a'.repeat(150)],
    ...['%2f', '%zz', '%00', '%ff', '..', '.', ';x', '#', '?a=b', '%2e%2e', 'CONTACTS', '~', '*', ':id', '%20'],
  );
  const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `/api/v1/${pieces.join('')}`);
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(path, fc.constantFrom(...explainMethods), async (target, method) => {
      const { outcome, refusal, layers } = await explain(secret, { method, path: target });
      const answer = await sendRaw(
        api.process.baseUrl,
        ...[`${method} ${target} HTTP/1.1`, 'Host: a', `Authorization: Bearer ${secret}`, 'Connection: close', '', ''],
      );
      const isObject = layers.some(({ layer, verdict }) => layer === 'object' && verdict === 'not_checked');
      seen.add(refusal?.layer ?? outcome);
      if (refusal) {
        const code = method === 'HEAD' ? refusal.code : answer.error.code;
        expect([answer.status, code]).toEqual([refusal.status, refusal.code]);
      } else expect([200, 204, 400, 415, ...(isObject ? [404] : [])]).toContain(answer.status);
      if (answer.status === 404) expect(isObject || refusal?.layer === 'route').toBe(true);
      // The one route that ends the token that calls it.
      if (answer.status === 204) ({ secret } = await aToken());
    }),
    { numRuns: 400, seed: 20261125, examples: [['/api/v1/contacts', 'GET']] },
  );
  expect([...seen].sort()).toEqual(['admitted', 'method', 'route', 'target']);
});

describe('each layer of explain', () => {
  const call = { method: 'GET', path: '/api/v1/contacts' };

  it('is told in the order in which it would refuse, and behind a refusal none is reached', async () => {
    const { secret } = await aToken({ scopes: ['tasks:read'] });
    const explanation = await explain(secret, { method: 'GET', path: '/api/v1/contacts/x?nonsense=1' });
    expect(explanation.layers.map(({ layer, verdict }) => `${layer}: ${verdict}`)).toEqual([
      ...['target: passes', 'route: passes', 'method: passes', 'credential: passes', 'plan: passes'],
      ...['allowlist: passes', 'limits: passes', 'scope: refuses', 'query: not_reached', 'body: not_reached'],
      'object: not_reached',
    ]);
    expect(explanation).toMatchObject({
      outcome: 'refused',
      refusal: { layer: 'scope', status: 403, code: 'insufficient_scope' },
      route: '/api/v1/contacts/:id',
      requiredScopes: ['contacts:read'],
      missingScopes: ['contacts:read'],
    });
  });

  it('that tells of the limits is true: they are charged once, and refuse when nothing is left', async () => {
    const { secret } = await aToken({ quota: { requests: 3, windowSeconds: 3_600 } });
    const remaining: number[] = [];
    const verdicts: unknown[] = [];
    for (let count = 0; count < 3; count++) {
      const explanation = await explain(secret, call);
      remaining.push(explanation.limits.token.remaining);
      verdicts.push(verdictOf(explanation, 'limits'));
    }
    expect(remaining).toEqual([2, 1, 0]);
    expect(verdicts).toEqual(['passes', 'passes', 'refuses']);
    expect((await api.call(call.path, { token: secret })).status).toBe(429);
  });

  it('of a route without a token is not applied', async () => {
    const { secret } = await aToken({ scopes: ['tasks:read'] });
    const explanation = await explain(secret, { method: 'POST', path: '/api/v1/token-revocations' });
    expect(explanation.outcome).toBe('admitted');
    for (const layer of ['credential', 'plan', 'allowlist', 'limits', 'scope'])
      expect(verdictOf(explanation, layer)).toBe('not_applied');
  });
});

it('explain runs nothing, and tells nothing of objects: one that exists is explained as one that does not', async () => {
  const workspace = await aWorkspace();
  const own = await aContact(workspace);
  const foreign = await aContact(await aWorkspace());
  const { secret } = await aToken({ workspace });
  const withoutLimits = async (id: string) => {
    const explanation = await explain(secret, { method: 'GET', path: `/api/v1/contacts/${id}` });
    return { ...explanation, limits: null };
  };
  const unknown = await withoutLimits(newId('contact'));
  for (const id of [own, foreign, 'x', '0'.repeat(500)]) expect(await withoutLimits(id)).toEqual(unknown);

  await explain(secret, { method: 'DELETE', path: '/api/v1/me/token' });
  expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
});

it.each<[string, unknown]>([
  ['nothing', {}],
  ['no path', { method: 'GET' }],
  ['an unknown method', { method: 'FOO', path: '/api/v1/me' }],
  ['a method in small letters', { method: 'get', path: '/api/v1/me' }],
  ['a path of another surface', { method: 'GET', path: '/app/auth/session' }],
  ['a whole URL', { method: 'GET', path: 'http://a/api/v1/me' }],
  ['raw bytes above ASCII', { method: 'GET', path: '/api/v1/é' }],
  ['a space', { method: 'GET', path: '/api/v1/me HTTP/1.1' }],
  ['a line break', { method: 'GET', path: '/api/v1/me\n' }],
  ['a path without end', { method: 'GET', path: `/api/${'a'.repeat(8_192)}` }],
  ['more than it asks for', { method: 'GET', path: '/api/v1/me', token: 'x' }],
])('explain refuses %s with 400', async (_what, body) => {
  const { secret } = await aToken();
  const answer = await api.call('/api/v1/explain', { method: 'POST', token: secret, body: JSON.stringify(body) });
  expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
});

it.each<[string, TokenOptions & { workspace?: TestWorkspace }, number, string]>([
  ['a token that was revoked', { revokedAt: new Date() }, 401, 'invalid_token'],
  ['one for another address', { ipAllowlist: ['203.0.113.1/32'] }, 403, 'ip_not_allowed'],
])('explain itself is guarded: %s is refused', async (_what, options, status, code) => {
  const { secret } = await aToken(options);
  const body = JSON.stringify({ method: 'GET', path: '/api/v1/me' });
  const answer = await api.call('/api/v1/explain', { method: 'POST', token: secret, body });
  expect([answer.status, answer.error.code]).toEqual([status, code]);
});
