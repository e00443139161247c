import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mintApiToken } from '@calkeep/security';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aToken, aWorkspace, type TestToken } from '../support/builders.js';
import { startApi } from '../support/api-process.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';

/** From GitHub's documentation of its partner program: a key, and a message that was signed with it. */
const githubs = {
  keyId: '90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a',
  key: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq
kCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==
-----END PUBLIC KEY-----
`,
  body: '[{"token":"some_token","type":"some_type","url":"some_url"}]',
  signature: 'MEUCIQDKZokqnCjrRtw0tni+2Ltvl/uiMJ1EGumEsp1BsNr32AIgQY1YXD2nlj+XNfGK4rBfkMJ1JDOQcYXxa2sY8FNkrKc=',
};

describe('a report of leaked tokens', () => {
  const api = useApi();
  const other = useApi();
  const report = (tokens: unknown, { call = api.caller() } = {}) =>
    call('/api/v1/token-revocations', { method: 'POST', body: JSON.stringify({ tokens }) });

  it('revokes each of them, of whichever workspace, before it is answered, on another process too', async () => {
    const [first, second, mute] = [await aToken(), await aToken({ mode: 'test' }), await aToken()];
    for (const { secret } of [first, second, mute]) expect(await statusesOf(secret)).toEqual([200, 200]);

    const answer = await report([first.secret, second.secret, first.secret]);

    expect([answer.status, answer.data]).toEqual([202, { received: 3 }]);
    for (const { secret } of [first, second]) expect(await statusesOf(secret)).toEqual([401, 401]);
    expect(await statusesOf(mute.secret)).toEqual([200, 200]);
  });

  it('is told in the audit log of each token’s workspace, with where it came from', async () => {
    const workspace = await aWorkspace();
    const [first, second] = [await aToken({ workspace }), await aToken({ workspace })];
    await report([second.secret, first.secret], { call: api.caller({ address: '198.51.100.77' }) });

    const events = await revocationsOf(first);
    expect(events.map(({ target_id }) => target_id)).toEqual([first.id, second.id]);
    expect(events[0]).toMatchObject({
      actor_type: 'system',
      actor_id: null,
      ip: '198.51.100.77',
      payload: { reason: 'reported as leaked', displayPrefix: first.secret.slice(0, 12) },
    });
    expect(await actorNamesOf(first)).toEqual(['leak report', 'leak report']);
  });

  it('is answered the same whatever was in it', async () => {
    const living = await aToken();
    const revoked = await aToken({ revokedAt: new Date() });
    const answers: Answer[] = [];
    for (const text of [living.secret, living.secret, revoked.secret, mintApiToken('live').secret, 'x', '', '\u00e9'])
      answers.push(await report([text]));
    const told = answers.map(({ status, data, headers }) => [status, data, Object.keys(headers).sort()]);
    for (const each of told) expect(each).toEqual(told[0]);
    expect(await revocationsOf(living)).toHaveLength(1);
    expect(await revocationsOf(revoked)).toEqual([]);
  });

  it('ends the token that leaked, and not the one that took its place', async () => {
    const admin = await TokenAdmin.at(api);
    const old = await admin.issue();
    const fresh = await admin.rotate(old.token.id, 600);
    await report([old.secret]);
    expect(await statusesOf(old.secret)).toEqual([401, 401]);
    expect(await statusesOf(fresh.secret)).toEqual([200, 200]);
    expect(await admin.get(old.token.id)).toMatchObject({ revokedReason: 'reported as leaked' });
  });

  it.each([
    ['no token', []],
    ['101 tokens', Array.from({ length: 101 }, () => 'x')],
    ['a string of 201 characters', ['x'.repeat(201)]],
    ['a number', [1]],
    ['no list', 'x'],
  ])('of %s is not one', async (_what, tokens) => {
    const answer = await report(tokens);
    expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
  });

  it('may hold a hundred tokens, and comes sixty times at most from an address, an IPv6 /64 being one', async () => {
    const hundred = Array.from({ length: 100 }, () => mintApiToken('live').secret);
    const network = `2001:db8:${randomUUID().slice(0, 4)}:1`;
    const call: Call = (to, options) => api.call(to, { ...options, address: `${network}::${hosts++}` });
    let hosts = 1;
    const answers: Answer[] = [];
    for (let count = 0; count < 62; count++) answers.push(await report(count === 0 ? hundred : ['x'], { call }));

    const refused = answers.filter(({ status }) => status !== 202);
    // One is refilled every fifteen seconds.
    expect([1, 2]).toContain(refused.length);
    expect(refused.at(-1)?.error.code).toBe('rate_limited');
    expect(Number(refused.at(-1)?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await report(['x'])).status).toBe(202);
  });

  const statusesOf = (secret: string) =>
    Promise.all([api, other].map(async ({ call }) => (await call('/api/v1/me', { token: secret })).status));
});

describe('GitHub’s secret scanning alert', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = mkdtempSync(path.join(tmpdir(), 'calkeep-leaks-'));
  const keysFile = path.join(folder, 'keys.json');
  const keys = { ours: publicKey.export({ type: 'spki', format: 'pem' }), [githubs.keyId]: githubs.key };
  const public_keys = Object.entries(keys).map(([key_identifier, key]) => ({ key_identifier, key, is_current: true }));
  writeFileSync(keysFile, JSON.stringify({ public_keys }));
  afterAll(() => rmSync(folder, { recursive: true }));
  const api = useApi({ env: { GITHUB_SECRET_SCANNING_KEYS_FILE: keysFile } });

  it('revokes what it names, and keeps where it was found', async () => {
    const [found, revoked] = [await aToken(), await aToken({ revokedAt: new Date() })];
    const url = `https://github.com/octocat/hello/blob/main/${'x'.repeat(600)}`;
    const answer = await alert([
      { token: found.secret, type: 'calkeep_api_token', url, source: 'commit' },
      { token: revoked.secret, type: 'calkeep_api_token', url: '', source: 'content', new_field: 1 },
      { token: 'x', type: 'calkeep_api_token', url: '', source: 'content' },
    ]);

    expect([answer.status, answer.data]).toEqual([200, { received: 3, revoked: 1 }]);
    expect((await api.call('/api/v1/me', { token: found.secret })).status).toBe(401);
    const [event] = await revocationsOf(found);
    expect(event).toMatchObject({
      actor_type: 'system',
      payload: { reason: 'reported as leaked by GitHub', source: 'commit', url: url.slice(0, 500) },
    });
    expect(await actorNamesOf(found)).toEqual(['GitHub secret scanning']);
  });

  it('is known by a signature that GitHub published as an example', async () => {
    const answer = await post(githubs.body, githubs);
    expect([answer.status, answer.data]).toEqual([200, { received: 1, revoked: 0 }]);
  });

  it('is refused, and nothing revoked, when the signature is not of exactly these bytes by exactly this key', async () => {
    const { secret } = await aToken();
    const body = bodyOf([{ token: secret, type: 't', url: '', source: 'content' }]);
    const signature = signatureOf(body);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const p1363 = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const attempts: [string, Record<string, string>][] = [
      [body, {}],
      [body, { keyId: 'ours' }],
      [body, { signature }],
      [body, { keyId: githubs.keyId, signature }],
      [body, { keyId: 'unknown', signature }],
      [body, { keyId: '__proto__', signature }],
      [body, { keyId: 'ours', signature: '' }],
      [body, { keyId: 'ours', signature: 'x'.repeat(5_000) }],
      [body, { keyId: 'ours', signature: p1363.toString('base64') }],
      [body, { keyId: 'ours', signature: sign('sha256', Buffer.from(body), stranger).toString('base64') }],
      [body, { keyId: 'ours', signature: sign('sha512', Buffer.from(body), privateKey).toString('base64') }],
      [`${body} `, { keyId: 'ours', signature }],
      [JSON.stringify(JSON.parse(body)), { keyId: 'ours', signature }],
    ];
    for (const [sent, headers] of attempts) {
      const answer = await post(sent, headers);
      expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
      expect(answer.text).not.toContain(secret);
    }
    expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
  });

  it.each(['{}', '[1]', '[{"token":1}]', '[', 'null', `[{"token":"a\\u0000"}]`, '[{"token":"x","__proto__":{}}]'])(
    'that says %s is no list of matches, though it is signed',
    async (body) => {
      const answer = await post(body, { keyId: 'ours', signature: signatureOf(body) });
      expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
    },
  );

  it('may be empty, name a token twice, and name more than a report may', async () => {
    expect((await alert([])).data).toEqual({ received: 0, revoked: 0 });
    const { secret } = await aToken();
    const others = Array.from({ length: 300 }, () => ({ token: mintApiToken('live').secret }));
    expect((await alert([{ token: secret }, ...others, { token: secret }])).data).toEqual({
      received: 302,
      revoked: 1,
    });
  });

  it('finds nobody where no keys are configured', async () => {
    const plain = await startApi();
    onTestFinished(async () => void (await plain.stop()));
    const call = callerOf(plain.baseUrl, { method: 'POST', body: githubs.body });
    const [route, nowhere] = [await call('/api/v1/secret-scanning/github'), await call('/api/v1/nowhere')];
    expect([route.status, route.error.message]).toEqual([404, nowhere.error.message]);
  });

  it('without a file where its keys should be keeps the server from starting', async () => {
    const start = startApi({ env: { GITHUB_SECRET_SCANNING_KEYS_FILE: path.join(folder, 'nowhere.json') } });
    await expect(start).rejects.toThrow(/ended with 1[^]*GITHUB_SECRET_SCANNING_KEYS_FILE/);
  });

  function alert(matches: object[]): Promise<Answer> {
    const body = bodyOf(matches);
    return post(body, { keyId: 'ours', signature: signatureOf(body) });
  }

  function post(body: string, { keyId, signature }: { keyId?: string; signature?: string }): Promise<Answer> {
    const headers = {
      ...(keyId !== undefined && { 'Github-Public-Key-Identifier': keyId }),
      ...(signature !== undefined && { 'Github-Public-Key-Signature': signature }),
    };
    return api.call('/api/v1/secret-scanning/github', { method: 'POST', body, headers });
  }

  /** With white space that would be lost if it were parsed and written again. */
  function bodyOf(matches: object[]): string {
    return JSON.stringify(matches, null, 1);
  }

  function signatureOf(body: string): string {
    return sign('sha256', Buffer.from(body), privateKey).toString('base64');
  }
});

async function revocationsOf({ workspace }: TestToken) {
  return (await auditLogOf(workspace)).filter(({ action }) => action === 'API_TOKEN_REVOKED');
}

async function actorNamesOf({ workspace }: TestToken): Promise<string[]> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ name: string }>(
      `select actor_name as name from audit_events where workspace_id = $1 and action = 'API_TOKEN_REVOKED'`,
      [workspace.uuid],
    ),
  );
  return rows.map(({ name }) => name);
}
