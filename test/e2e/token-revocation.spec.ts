import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { aToken } from '../support/builders.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const statusOf = async (secret: string) => (await api.call('/api/v1/me', { token: secret })).status;

describe('revoking a token', () => {
  it('has it refused from the answer on, and tells the audit log who did it and why', async () => {
    const admin = await TokenAdmin.at(api, { mfaAgeSeconds: null });
    const { id, secret } = await aToken({ workspace: admin.workspace });
    expect(await statusOf(secret)).toBe(200);

    const { token, alsoRevoked } = await admin.revoke(id, { reason: ' the laptop was stolen ' });

    expect(token).toMatchObject({ id, status: 'revoked', revokedReason: 'the laptop was stolen' });
    expect(alsoRevoked).toEqual([]);
    expect(await statusOf(secret)).toBe(401);
    const [event] = (await auditLogOf(admin.workspace)).filter(({ action }) => action === 'API_TOKEN_REVOKED');
    expect(event).toMatchObject({
      actor_type: 'user',
      actor_id: admin.user.id,
      target_id: id,
      payload: { displayPrefix: secret.slice(0, 12), reason: 'the laptop was stolen', mfa: null },
    });
  });

  it('twice is once', async () => {
    const admin = await TokenAdmin.at(api);
    const { id } = await aToken({ workspace: admin.workspace });
    const first = await admin.revoke(id, { reason: 'first' });
    expect(await admin.revoke(id, { reason: 'second' })).toEqual(first);
    expect(await auditLogOf(admin.workspace)).toHaveLength(1);
  });

  it.each([
    ['expired', { expiresAt: new Date(Date.now() - 1_000) }],
    ['disabled', { disabledAt: new Date() }],
  ])('is possible when it is %s, without a body and on any plan', async (_status, options) => {
    const admin = await TokenAdmin.at(api);
    const { id } = await aToken({ workspace: admin.workspace, ...options });
    await administerRows(`update workspaces set plan_code = 'free' where id = $1`, [admin.workspace.uuid]);
    const answer = await admin.console.call('POST', `${admin.path}/${id}/revoke`);
    expect(answer.status).toBe(200);
    expect(await admin.get(id)).toMatchObject({ status: 'revoked', revokedReason: null });
  });

  it.each([{ reason: 'x'.repeat(201) }, { reason: 1 }, { force: true }])('refuses %j', async (body) => {
    const admin = await TokenAdmin.at(api);
    const { id, secret } = await aToken({ workspace: admin.workspace });
    const answer = await admin.postRevoke(id, body);
    expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
    expect(await statusOf(secret)).toBe(200);
  });
});

describe('revoking a token that was rotated', () => {
  it('within the last seconds revokes its successors as well, and names them', async () => {
    const admin = await TokenAdmin.at(api);
    const first = await admin.issue();
    const second = await admin.rotate(first.token.id, 600);
    const third = await admin.rotate(second.token.id, 600);

    const { alsoRevoked } = await admin.revoke(first.token.id, { reason: 'leaked' });

    expect(alsoRevoked).toEqual([second.token.id, third.token.id]);
    for (const { secret } of [first, second, third]) expect(await statusOf(secret)).toBe(401);
    const revoked = (await auditLogOf(admin.workspace)).filter(({ action }) => action === 'API_TOKEN_REVOKED');
    expect(revoked.map(({ target_id, payload }) => [target_id, payload['reason']])).toEqual(
      [first, second, third].map(({ token }) => [token.id, 'leaked']),
    );
  });

  it('longer ago leaves its successor alone', async () => {
    const admin = await TokenAdmin.at(api);
    const first = await admin.issue();
    const second = await admin.rotate(first.token.id, 600);
    await administerRows(
      `update api_tokens set created_at = created_at - interval '11 seconds' where workspace_id = $1`,
      [admin.workspace.uuid],
    );

    expect((await admin.revoke(first.token.id)).alsoRevoked).toEqual([]);
    expect([await statusOf(first.secret), await statusOf(second.secret)]).toEqual([401, 200]);
  });

  it('never touches its predecessor', async () => {
    const admin = await TokenAdmin.at(api);
    const first = await admin.issue();
    const second = await admin.rotate(first.token.id, 600);
    await admin.revoke(second.token.id);
    expect([await statusOf(first.secret), await statusOf(second.secret)]).toEqual([200, 401]);
  });
});

describe('a token that revokes itself', () => {
  it('is refused from then on, whatever its scopes, and is told as its own actor', async () => {
    const token = await aToken({ scopes: ['tasks:read'], label: 'Nightly sync' });
    const answer = await api.call('/api/v1/me/token', { method: 'DELETE', token: token.secret });
    expect([answer.status, answer.text]).toEqual([204, '']);

    expect(await statusOf(token.secret)).toBe(401);
    const [event] = (await auditLogOf(token.workspace)).filter(({ action }) => action === 'API_TOKEN_REVOKED');
    expect(event).toMatchObject({
      actor_type: 'token',
      actor_id: token.id,
      target_id: token.id,
      payload: { reason: 'self', displayPrefix: token.secret.slice(0, 12), scopes: ['tasks:read'] },
    });
  });

  it('leaves its successor alone, and is the one it is, in the sandbox too', async () => {
    const admin = await TokenAdmin.at(api);
    const first = await admin.issue({ mode: 'test' });
    const second = await admin.rotate(first.token.id, 600);
    expect((await api.call('/api/v1/me/token', { method: 'DELETE', token: first.secret })).status).toBe(204);
    expect([await statusOf(first.secret), await statusOf(second.secret)]).toEqual([401, 200]);
    expect(await admin.get(first.token.id)).toMatchObject({ status: 'revoked', revokedReason: 'self' });
  });

  it('needs to be a token that is good', async () => {
    const dead = await aToken({ disabledAt: new Date() });
    for (const token of [dead.secret, 'bad', undefined])
      expect((await api.call('/api/v1/me/token', { method: 'DELETE', token })).status).toBe(401);
    expect(await auditLogOf(dead.workspace)).toEqual([]);
  });
});
