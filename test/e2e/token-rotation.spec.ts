import { toPublicId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aToken } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { pause } from '../support/load.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

describe.concurrent.each([
  ['with Redis', {}],
  ['without Redis', { redisUrl: 'none' }],
])('a rotated token, %s', (_where, options) => {
  const here = useApi(options);

  it('works beside its successor during the overlap, and announces its end on every answer', async ({ expect }) => {
    const admin = await TokenAdmin.at(here);
    const { workspace } = admin;
    const old = await aToken({ workspace, scopes: ['contacts:read'], quota: { requests: 4, windowSeconds: 3_600 } });
    await here.call('/api/v1/contacts', { token: old.secret });
    const rotated = await admin.rotate(old.id, 600);
    const { rotatedAt, retiresAt } = rotated.predecessor;
    expect(Date.parse(retiresAt ?? '') - Date.parse(rotatedAt ?? '')).toBe(600_000);

    const answers: Answer[] = [];
    for (const path of ['contacts/x', 'contacts?x=1', 'bookings', 'contacts', 'contacts'])
      answers.push(await here.call(`/api/v1/${path}`, { token: old.secret }));
    expect(answers.map(({ status }) => status)).toEqual([404, 400, 403, 429, 429]);
    for (const { headers } of answers) {
      expect(headers['deprecation']).toBe(`@${Math.floor(Date.parse(rotatedAt ?? '') / 1000)}`);
      expect(headers['sunset']).toBe(new Date(retiresAt ?? '').toUTCString());
    }
    const fresh = await here.call('/api/v1/contacts', { token: rotated.secret });
    expect(fresh.status).toBe(200);
    for (const name of ['deprecation', 'sunset']) expect(fresh.headers).not.toHaveProperty(name);
  });

  it('ends with its overlap, though it was just used', async ({ expect }) => {
    const admin = await TokenAdmin.at(here);
    const { token, secret } = await admin.issue();
    const { predecessor } = await admin.rotate(token.id, 3);
    const endsAt = Date.parse(predecessor.retiresAt ?? '');
    const calls: { startedAt: number; endedAt: number; status: number }[] = [];
    while (Date.now() < endsAt + 900) {
      const startedAt = Date.now();
      const { status } = await here.call('/api/v1/me', { token: secret });
      calls.push({ startedAt, endedAt: Date.now(), status });
      // Few enough calls that the brake on failures does not answer in the token's place.
      await pause(25);
    }
    const before = calls.filter(({ endedAt }) => endedAt < endsAt);
    // What the entry may outlive the token by is the time of its own way to Redis.
    const after = calls.filter(({ startedAt }) => startedAt > endsAt + 250);
    expect(before.length).toBeGreaterThan(0);
    expect(after.length).toBeGreaterThan(0);
    expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await admin.get(token.id)).status).toBe('retired');
  });

  it('is refused at once without an overlap', async ({ expect }) => {
    const admin = await TokenAdmin.at(here);
    const { token, secret } = await admin.issue();
    expect((await here.call('/api/v1/me', { token: secret })).status).toBe(200);
    const rotated = await admin.console.post(`${admin.path}/${token.id}/rotate`);
    expect(rotated.status).toBe(201);
    expect((await here.call('/api/v1/me', { token: secret })).status).toBe(401);
    expect((await here.call('/api/v1/me', { token: String(rotated.data['secret']) })).status).toBe(200);
  });
});

describe('a successor', () => {
  it('has label, scopes, mode, allow-list, end and lineage of its predecessor, and the limit that the operator set', async () => {
    const admin = await TokenAdmin.at(api);
    const fields = { label: 'Sync', scopes: ['tasks:read', 'tasks:write'], mode: 'test', ipAllowlist: ['10.0.0.0/8'] };
    const issued = await admin.issue({ ...fields, expiresInDays: 3 });
    await administerRows(
      'update api_tokens set quota = 7, quota_window_seconds = 9 where display_prefix = $1 and workspace_id = $2',
      [issued.token.displayPrefix, admin.workspace.uuid],
    );

    const first = await admin.rotate(issued.token.id, 60);
    const second = await admin.rotate(first.token.id, 60);

    expect(second.secret).toMatch(/^ck_test_/);
    expect(second.token).toMatchObject({
      ...fields,
      status: 'active',
      expiresAt: issued.token.expiresAt,
      predecessorId: first.token.id,
    });
    expect(second.predecessor).toMatchObject({ id: first.token.id, status: 'retiring', successorId: second.token.id });
    const me = await api.call('/api/v1/me', { token: second.secret, address: '10.1.2.3' });
    expect(me.data['limits']).toMatchObject({ token: { requests: 7, windowSeconds: 9 } });
    expect(await lineagesOf(admin)).toEqual([issued.token.id]);
  });

  it('of a disabled token is enabled, while that one stays disabled', async () => {
    const admin = await TokenAdmin.at(api);
    const old = await aToken({ workspace: admin.workspace, disabledAt: new Date() });
    const { token, secret, predecessor } = await admin.rotate(old.id, 60);
    expect([token.status, predecessor.status]).toEqual(['active', 'disabled']);
    expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
    expect((await api.call('/api/v1/me', { token: old.secret })).status).toBe(401);
  });

  it('ends no later than the workspace allows', async () => {
    const admin = await TokenAdmin.at(api);
    const [endless, short] = [await admin.issue(), await admin.issue({ expiresInDays: 2 })];
    await administerRows('update workspaces set token_lifetime_days_max = 10 where id = $1', [admin.workspace.uuid]);

    const { token } = await admin.rotate(endless.token.id);
    expect(Date.parse(token.expiresAt ?? '') - Date.parse(token.createdAt)).toBe(10 * 86_400_000);
    expect((await admin.rotate(short.token.id)).token.expiresAt).toBe(short.token.expiresAt);
  });
});

it('an overlap never goes beyond the token’s own end', async () => {
  const admin = await TokenAdmin.at(api);
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { token } = await admin.issue({ expiresAt });
  expect((await admin.rotate(token.id, 604_800)).predecessor.retiresAt).toBe(expiresAt);
});

it('tells the audit log of both tokens, the overlap, and how the second factor was proven', async () => {
  const admin = await TokenAdmin.at(api);
  const issued = await admin.issue();
  const { token } = await admin.rotate(issued.token.id, 90);

  const [event, ...others] = (await auditLogOf(admin.workspace)).filter(({ action }) => action === 'API_TOKEN_ROTATED');
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    actor_type: 'user',
    actor_id: admin.user.id,
    target_type: 'api_token',
    target_id: issued.token.id,
    payload: {
      displayPrefix: issued.token.displayPrefix,
      scopes: ['contacts:read'],
      successorId: token.id,
      successorDisplayPrefix: token.displayPrefix,
      overlapSeconds: 90,
      mfa: { method: 'totp', ageSeconds: expect.any(Number) },
    },
  });
});

it.each([
  ['revoked', { revokedAt: new Date() }],
  ['expired', { expiresAt: new Date(Date.now() - 1_000) }],
])('a token that is %s is not rotated', async (status, options) => {
  const admin = await TokenAdmin.at(api);
  const { id } = await aToken({ workspace: admin.workspace, ...options });
  const answer = await admin.postRotate(id);
  expect([answer.status, answer.error.code]).toEqual([409, 'conflict']);
  expect(await admin.get(id)).toMatchObject({ status, successorId: null });
});

it.each([0, 600])(
  'a token is rotated once, also after an overlap of %d seconds, or disabled in between',
  async (overlap) => {
    const admin = await TokenAdmin.at(api);
    const { token } = await admin.issue();
    const { token: successor } = await admin.rotate(token.id, overlap);
    expect((await admin.postRotate(token.id)).status).toBe(409);
    if (overlap > 0) await admin.update(token.id, { disabled: true });
    expect((await admin.postRotate(token.id)).status).toBe(409);
    expect((await admin.get(token.id)).successorId).toBe(successor.id);
  },
);

it.each([
  { overlapSeconds: -1 },
  { overlapSeconds: 604_801 },
  { overlapSeconds: 1.5 },
  { overlapSeconds: '60' },
  { x: 1 },
])('refuses %j, and changes nothing', async (body) => {
  const admin = await TokenAdmin.at(api);
  const { token } = await admin.issue();
  const answer = await admin.console.post(`${admin.path}/${token.id}/rotate`, body);
  expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
  expect((await admin.get(token.id)).status).toBe('active');
});

async function lineagesOf({ workspace }: TokenAdmin): Promise<string[]> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ id: string }>('select distinct lineage_id as id from api_tokens where workspace_id = $1', [
      workspace.uuid,
    ]),
  );
  return rows.map(({ id }) => toPublicId('apiToken', id));
}
