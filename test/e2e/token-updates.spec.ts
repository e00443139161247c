import type { ErrorDetail } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aToken, type TokenOptions } from '../support/builders.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';
import { describeWithRedis } from '../support/with-redis.js';

const api = useApi();
const other = useApi();

describeWithRedis('a change takes effect with its answer, on another process too:', () => {
  const useOf = async (secret: string, path = '/api/v1/contacts') =>
    Promise.all(
      [api, other].map(async ({ call }) => (await call(path, { token: secret, address: '10.1.2.3' })).status),
    );

  it('disabled, refused; enabled, good again', async () => {
    const { admin, id, secret } = await aTokenToChange();
    expect(await useOf(secret)).toEqual([200, 200]);
    const { status, disabledAt } = await admin.update(id, { disabled: true });
    expect(await useOf(secret)).toEqual([401, 401]);
    expect([status, typeof disabledAt]).toEqual(['disabled', 'string']);
    expect(await admin.update(id, { disabled: true })).toMatchObject({ disabledAt });
    expect(await admin.update(id, { disabled: false })).toMatchObject({ status: 'active', disabledAt: null });
    expect(await useOf(secret)).toEqual([200, 200]);
  });

  it('narrowed, without the scopes that it lost', async () => {
    const { admin, id, secret } = await aTokenToChange({ scopes: ['contacts:read', 'bookings:read'] });
    expect(await useOf(secret, '/api/v1/bookings')).toEqual([200, 200]);
    expect((await admin.update(id, { scopes: ['contacts:read'] })).scopes).toEqual(['contacts:read']);
    expect(await useOf(secret, '/api/v1/bookings')).toEqual([403, 403]);
    expect(await useOf(secret)).toEqual([200, 200]);
  });

  it('with another allow-list, from there alone; with none, from everywhere', async () => {
    const { admin, id, secret } = await aTokenToChange();
    expect(await useOf(secret)).toEqual([200, 200]);
    const changed = await admin.update(id, { ipAllowlist: ['192.0.2.0/24', '::ffff:198.51.100.7', '192.0.2.9/24'] });
    expect(changed.ipAllowlist).toEqual(['192.0.2.0/24', '198.51.100.7/32']);
    expect(await useOf(secret)).toEqual([403, 403]);
    await admin.update(id, { ipAllowlist: [] });
    expect(await useOf(secret)).toEqual([200, 200]);
  });
});

describe('a recent second factor', () => {
  it.each([{ label: 'Another' }, { disabled: true }, { scopes: ['contacts:read'] }])(
    'is not needed for %j, which gives no power',
    async (patch) => {
      const { admin, id } = await aTokenToChange({}, 4_000);
      expect((await admin.patch(id, patch)).status).toBe(200);
    },
  );

  it.each([{ disabled: false }, { ipAllowlist: [] }, { label: 'Another', ipAllowlist: ['10.0.0.0/8'] }])(
    'is needed for %j, which may give power back',
    async (patch) => {
      const { admin, id } = await aTokenToChange({ disabledAt: new Date(), label: 'A token' }, 310);
      const answer = await admin.patch(id, patch);
      expect([answer.status, answer.error.code]).toEqual([401, 'mfa_required']);
      expect(await admin.get(id)).toMatchObject({ status: 'disabled', label: 'A token' });
    },
  );
});

it('tells the audit log what was and what is, of what changed alone', async () => {
  const { admin, id } = await aTokenToChange({ label: 'Old', scopes: ['tasks:read', 'tasks:write'] });
  await admin.update(id, { label: 'New', scopes: ['tasks:read', 'tasks:read'], disabled: false });

  const [event] = await auditLogOf(admin.workspace);
  expect(event).toMatchObject({ action: 'API_TOKEN_UPDATED', actor_id: admin.user.id, target_id: id });
  expect(event?.payload).toEqual({
    displayPrefix: expect.stringMatching(/^ck_live_/),
    scopes: ['tasks:read'],
    before: { label: 'Old', scopes: ['tasks:read', 'tasks:write'] },
    after: { label: 'New', scopes: ['tasks:read'] },
    mfa: { method: 'totp', ageSeconds: expect.any(Number) },
  });
});

it('tells nothing of a change that changes nothing', async () => {
  const { admin, id } = await aTokenToChange({ ipAllowlist: ['10.0.0.0/8', '2001:db8::/32'] });
  const before = await admin.get(id);
  const same = { label: before.label, disabled: false, scopes: [...before.scopes].reverse() };
  expect(await admin.update(id, { ...same, ipAllowlist: ['2001:DB8::/32', '10.1.2.3/8'] })).toEqual(before);
  expect(await auditLogOf(admin.workspace)).toEqual([]);
});

it.each([
  ['a scope that the token does not have', { scopes: ['contacts:read', 'contacts:write'] }, 'scopes.1'],
  ['an unknown scope', { scopes: ['contacts:*'] }, 'scopes.0'],
  ['no scope', { scopes: [] }, 'scopes'],
  ['an empty label', { label: '  ' }, 'label'],
  ['null for a label', { label: null }, 'label'],
  ['an address that is none', { ipAllowlist: ['10.0.0.1', '10.0.0.0/33'] }, 'ipAllowlist.1'],
  ['a later end', { label: 'Another', expiresAt: null }, 'expiresAt'],
  ['another mode', { label: 'Another', mode: 'test' }, 'mode'],
  ['nothing', {}, ''],
])('refuses %s, and changes nothing', async (_what, patch, path) => {
  const { admin, id } = await aTokenToChange({ scopes: ['contacts:read', 'bookings:read'] });
  const before = await admin.get(id);
  const answer = await admin.patch(id, patch);
  expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
  expect((answer.error.details as ErrorDetail[]).map((detail) => detail.path)).toEqual([path]);
  expect(await admin.get(id)).toEqual(before);
});

it.each([
  ['revoked', { revokedAt: new Date() }],
  ['expired', { expiresAt: new Date(Date.now() - 1_000) }],
])('refuses to change a token that is %s', async (_status, options) => {
  const { admin, id } = await aTokenToChange(options);
  const answer = await admin.patch(id, { label: 'Another' });
  expect([answer.status, answer.error.code]).toEqual([409, 'conflict']);
});

it('changes a token that retires, until it has', async () => {
  const { admin, id } = await aTokenToChange();
  const { token } = await admin.rotate(id, 600);
  expect(await admin.update(id, { label: 'On its way out' })).toMatchObject({ status: 'retiring' });
  await admin.rotate(token.id, 0);
  expect((await admin.patch(token.id, { disabled: true })).status).toBe(409);
});

async function aTokenToChange(options: TokenOptions = {}, mfaAgeSeconds = 0) {
  const admin = await TokenAdmin.at(api, { mfaAgeSeconds });
  const { id, secret } = await aToken({ workspace: admin.workspace, ...options });
  return { admin, id, secret };
}
