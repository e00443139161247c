import { contactsData, meData, type ErrorDetail } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { aContact, arrange, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { insist } from '../support/insist.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('issues a token that works, and tells its secret in that answer alone', async () => {
  const admin = await TokenAdmin.at(api);
  const { token, secret } = await admin.issue({ label: '  CRM sync ', scopes: ['contacts:read', 'contacts:read'] });

  expect(token).toMatchObject({
    label: 'CRM sync',
    displayPrefix: secret.slice(0, 12),
    mode: 'live',
    scopes: ['contacts:read'],
    status: 'active',
    ipAllowlist: [],
    expiresAt: null,
    issuer: { id: admin.user.id, name: admin.user.name },
    predecessorId: null,
    successorId: null,
    isOrphan: false,
  });
  expect((await api.call('/api/v1/contacts', { token: secret })).status).toBe(200);
  expect((await api.call('/api/v1/bookings', { token: secret })).status).toBe(403);
  for (const path of [admin.path, `${admin.path}/${token.id}`])
    expect((await admin.console.get(path)).text).not.toContain(secret.slice(12));
  expect(JSON.stringify(await auditLogOf(admin.workspace))).not.toContain(secret.slice(12));
  expect(await api.process.settledLogs()).not.toContain(secret.slice(12));
});

it('tells the audit log who issued what, and how the second factor was proven', async () => {
  const admin = await TokenAdmin.at(api, { mfaAgeSeconds: 100, mfaMethod: 'webauthn' });
  const { token } = await admin.issue({ scopes: ['tasks:read', 'tasks:write'], ipAllowlist: ['203.0.113.7/24'] });

  const [event] = await auditLogOf(admin.workspace);
  expect(event).toMatchObject({
    action: 'API_TOKEN_ISSUED',
    actor_type: 'user',
    actor_id: admin.user.id,
    target_type: 'api_token',
    target_id: token.id,
    payload: {
      displayPrefix: token.displayPrefix,
      label: 'CRM sync',
      scopes: ['tasks:read', 'tasks:write'],
      mode: 'live',
      ipAllowlist: ['203.0.113.0/24'],
      expiresAt: null,
      mfa: { method: 'webauthn' },
    },
  });
  const { ageSeconds } = event?.payload['mfa'] as { ageSeconds: number };
  expect(ageSeconds).toBeGreaterThanOrEqual(100);
  expect(ageSeconds).toBeLessThan(130);
});

describe('the label', () => {
  it('may have a hundred characters, however many units of UTF-16 they take', async () => {
    const admin = await TokenAdmin.at(api);
    expect((await admin.issue({ label: '🦉'.repeat(100) })).token.label).toBe('🦉'.repeat(100));
    expect((await admin.issue({ label: ` ${'a'.repeat(100)} ` })).token.label).toBe('a'.repeat(100));
  });
});

it.each([
  ['an empty label', { label: '' }, 'label'],
  ['a label of spaces', { label: ' \u00a0\t ' }, 'label'],
  ['a label of 101 characters', { label: 'a'.repeat(101) }, 'label'],
  ['a label with a line break', { label: 'a\nb' }, 'label'],
  ['a label that is a number', { label: 1 }, 'label'],
  ['an unknown scope', { scopes: ['contacts:read', 'contacts:readx'] }, 'scopes.1'],
  ['a wildcard', { scopes: ['*'] }, 'scopes.0'],
  ['no scope', { scopes: [] }, 'scopes'],
  ['an unknown mode', { mode: 'sandbox' }, 'mode'],
  ['both ends', { expiresAt: '2999-01-01T00:00:00Z', expiresInDays: 7 }, 'expiresInDays'],
  ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ['an end that is no time', { expiresAt: '2999-02-30T00:00:00Z' }, 'expiresAt'],
  ['an end without an offset', { expiresAt: '2999-01-01T00:00:00' }, 'expiresAt'],
  ['an end beyond the year 9999', { expiresAt: '9999-12-31T23:59:59-01:00' }, 'expiresAt'],
  ['0 days', { expiresInDays: 0 }, 'expiresInDays'],
  ['half a day', { expiresInDays: 0.5 }, 'expiresInDays'],
  ['more days than there may be', { expiresInDays: 3_651 }, 'expiresInDays'],
  ['an address that is none', { ipAllowlist: ['10.0.0.0/8', '::1', '10.0.0.1', '10.0.0.256'] }, 'ipAllowlist.3'],
  ['51 addresses', { ipAllowlist: Array.from({ length: 51 }, (_, host) => `10.0.0.${host}`) }, 'ipAllowlist'],
  ['a workspace of its own choosing', { workspaceId: 'ws_x' }, 'workspaceId'],
])('refuses %s, naming the field, and changes nothing', async (_what, fields, path) => {
  const admin = await TokenAdmin.at(api);
  const answer = await admin.post(fields);
  expect(answer.status).toBe(400);
  expect(answer.error.code).toBe('invalid_request');
  expect((answer.error.details as ErrorDetail[]).map((detail) => detail.path)).toEqual([path]);
  expect(await auditLogOf(admin.workspace)).toEqual([]);
});

describe('the end', () => {
  it('is told by the token, and noted for the worker', async () => {
    const admin = await TokenAdmin.at(api);
    const expiresAt = '2099-05-06T09:08:09.010+02:00';
    const { token, secret } = await admin.issue({ expiresAt });

    expect(token.expiresAt).toBe('2099-05-06T07:08:09.010Z');
    const answer = await api.call('/api/v1/me', { token: secret });
    expect(answer.headers['x-calkeep-token-expires-at']).toBe('2099-05-06T07:08:09.010Z');
    expect(await dueWork(admin.workspace)).toContain('expiry');
  });

  it('may be given in days, or be none', async () => {
    const admin = await TokenAdmin.at(api);
    const before = Date.now();
    const { token } = await admin.issue({ expiresInDays: 30 });
    const after = Date.now();
    const end = Date.parse(token.expiresAt ?? '') - 30 * 86_400_000;
    expect(end).toBeGreaterThanOrEqual(before);
    expect(end).toBeLessThanOrEqual(after);
    expect((await admin.issue({ expiresAt: null, expiresInDays: null })).token.expiresAt).toBeNull();
  });

  it('is within what the workspace allows, and there is one', async () => {
    const workspace = await aWorkspace();
    await administerRows('update workspaces set token_lifetime_days_max = 30 where id = $1', [workspace.uuid]);
    const admin = await TokenAdmin.at(api, { workspace });

    const tooLate = new Date(Date.now() + 30.01 * 86_400_000).toISOString();
    for (const [fields, path] of [
      [{}, 'expiresAt'],
      [{ expiresAt: tooLate }, 'expiresAt'],
      [{ expiresInDays: 31 }, 'expiresInDays'],
    ] as const) {
      const { status, error } = await admin.post(fields);
      expect(status).toBe(400);
      expect(error.details).toEqual([{ path, code: expect.any(String), message: expect.stringContaining('30 days') }]);
    }
    await admin.issue({ expiresInDays: 30 });
    await admin.issue({ expiresAt: new Date(Date.now() + 29.99 * 86_400_000).toISOString() });
  });
});

it.each([
  [
    ['203.0.113.7/24', '198.51.100.9'],
    ['203.0.113.200', '198.51.100.9'],
    ['198.51.100.8', '2001:db8::1'],
  ],
  [['2001:db8:1::/48'], ['2001:db8:1:2::3'], ['2001:db8:2::1', '203.0.113.7']],
  [['::ffff:203.0.113.7'], ['203.0.113.7'], ['203.0.113.8']],
])('lets a token with the allow-list %j be used from there alone', async (ipAllowlist, inside, outside) => {
  const admin = await TokenAdmin.at(api);
  const { secret } = await admin.issue({ ipAllowlist });
  const statusAt = async (address: string) => (await api.call('/api/v1/me', { token: secret, address })).status;
  for (const address of inside) expect(await statusAt(address), address).toBe(200);
  for (const address of outside) expect(await statusAt(address), address).toBe(403);
});

it('lets a test token see the sandbox and nothing else', async () => {
  const admin = await TokenAdmin.at(api);
  await aContact(admin.workspace);
  const inSandbox = await aContact({ uuid: admin.workspace.sandboxUuid });
  const { token, secret } = await admin.issue({ mode: 'test' });

  expect(secret).toMatch(/^ck_test_/);
  expect(token.mode).toBe('test');
  const list = contactsData.parse((await api.call('/api/v1/contacts', { token: secret })).data);
  expect(list.contacts.map(({ id }) => id)).toEqual([inSandbox]);
  expect(meData.parse((await api.call('/api/v1/me', { token: secret })).data).token.mode).toBe('test');
});

it('issues no test token where there is no sandbox', async () => {
  const admin = await TokenAdmin.at(api);
  await administerRows('update workspaces set sandbox_id = null where id = $1', [admin.workspace.uuid]);
  const answer = await admin.post({ mode: 'test' });
  expect([answer.status, answer.error.code]).toEqual([409, 'conflict']);
});

describe('the number of active tokens', () => {
  const other = useApi();

  it('never passes the plan’s, however many are issued at once on two processes', { timeout: 60_000 }, async () => {
    const here = await TokenAdmin.at(api);
    const there = await TokenAdmin.at(other, { workspace: here.workspace });
    await someTokens(here.workspace, 45);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => insist(() => (index % 2 === 0 ? here : there).post())),
    );

    const refused = answers.filter((answer) => answer.status !== 201);
    expect(answers.length - refused.length).toBe(5);
    for (const answer of refused) {
      expect([answer.status, answer.error.code]).toEqual([429, 'quota_exceeded']);
      expect(answer.error.details).toEqual({ resource: 'api_tokens', limit: 50, used: 50 });
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
  });

  it('counts neither what is revoked or expired nor what was rotated away, and does count what is disabled', async () => {
    const admin = await TokenAdmin.at(api);
    const { workspace } = admin;
    await someTokens(workspace, 47);
    await aToken({ workspace, disabledAt: new Date() });
    await aToken({ workspace, revokedAt: new Date() });
    await aToken({ workspace, expiresAt: new Date(Date.now() - 1_000) });
    const { token } = await admin.issue();
    await admin.rotate(token.id, 600);

    expect((await admin.post()).status).toBe(201);
    expect((await admin.post()).status).toBe(429);
  });

  it('is larger on Enterprise', async () => {
    const admin = await TokenAdmin.at(api, { workspace: await aWorkspace({ plan: 'enterprise' }) });
    await someTokens(admin.workspace, 499);
    expect((await admin.post()).status).toBe(201);
    expect((await admin.post()).error.details).toEqual({ resource: 'api_tokens', limit: 500, used: 500 });
  });
});

/** Active ones, of which nobody has the secret. */
async function someTokens({ uuid }: TestWorkspace, count: number): Promise<void> {
  await arrange(uuid, (client) =>
    client.query(
      `insert into api_tokens (workspace_id, id, lineage_id, label, display_prefix, mode, scopes)
       select $1, id, id, 'A token', 'ck_live_0000', 'live', '{contacts:read}'
       from (select gen_random_uuid() as id from generate_series(1, $2)) token`,
      [uuid, count],
    ),
  );
}

async function dueWork({ uuid }: TestWorkspace): Promise<string[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query<{ kind: string }>('select kind from workspace_work where workspace_id = $1 and due_at <= now()', [
      uuid,
    ]),
  );
  return rows.map(({ kind }) => kind);
}
