import { proofData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aMember, aUser } from '../support/console.js';
import { aPasskey } from '../support/passkeys.js';
import { hasRecentMfa, mfaPath, totpAt, totpPath, totpSecretOf, wrongTotp } from '../support/second-factors.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

describe('a TOTP code', () => {
  it('completes a sign-in, under another cookie', async () => {
    const user = await aMember();
    const console = api.console();
    const password = await console.post('/app/auth/sign-in', { email: user.email, password: user.password });
    expect(password.data).toMatchObject({ mfa: { required: true, methods: ['totp'] } });
    const pending = console.cookie;
    expect((await console.get(mfaPath)).error.code).toBe('mfa_required');

    const answer = await console.stepUp(totpSecretOf(user));

    expect(answer.status).toBe(200);
    const { verifiedAt, validUntil } = proofData.parse(answer.data);
    expect(Date.parse(validUntil) - Date.parse(verifiedAt)).toBe(300_000);
    expect(console.cookie).not.toBe(pending);
    expect((await console.get(mfaPath, { headers: { Cookie: String(pending) } })).error.code).toBe('session_required');
    expect((await console.get('/app/auth/session')).data).toMatchObject({ isPending: false, mfa: { verifiedAt } });
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'SIGN_IN_SUCCEEDED', actor_id: user.id, payload: { mfaMethod: 'totp' } },
    ]);
  });

  it('steps up this session and no other one', async () => {
    const user = await aUser();
    const [console, other] = [
      await api.console().enter(user, { mfaAgeSeconds: 301 }),
      await api.console().enter(user, { mfaAgeSeconds: 301 }),
    ];
    const before = console.cookie;
    expect((await console.stepUp(totpSecretOf(user))).status).toBe(200);
    expect(await hasRecentMfa(console)).toBe(true);
    expect(await hasRecentMfa(other)).toBe(false);
    expect((await console.get(mfaPath, { headers: { Cookie: String(before) } })).error.code).toBe('session_required');
  });

  it('is not told in the audit log when it only steps up', async () => {
    const user = await aMember();
    await (await api.console().enter(user)).stepUp(totpSecretOf(user));
    expect(await auditLogOf(user.workspace)).toEqual([]);
  });

  it('works once, also in another session', async () => {
    const user = await aUser();
    const code = totpOf(totpSecretOf(user));
    const [first, second] = [await api.console().enter(user), await api.console().enter(user)];
    expect((await first.post(`${totpPath}/verify`, { code })).status).toBe(200);
    expect((await first.post(`${totpPath}/verify`, { code })).error.code).toBe('invalid_code');
    expect((await second.post(`${totpPath}/verify`, { code })).error.code).toBe('invalid_code');
  });

  it('never passes after one of a later step', async () => {
    const user = await aUser();
    const console = await api.console().enter(user);
    const now = totpOf(totpSecretOf(user));
    expect((await console.post(`${totpPath}/verify`, { code: totpAt(totpSecretOf(user), 1) })).status).toBe(200);
    expect((await console.post(`${totpPath}/verify`, { code: now })).error.code).toBe('invalid_code');
  });

  it.each([-3, -2, 3, 10])('that is %i steps off is refused', async (steps) => {
    const user = await aUser();
    const console = await api.console().enter(user);
    // Whatever the clock does meanwhile, it is at least two steps off.
    const code = totpAt(totpSecretOf(user), steps);
    expect((await console.post(`${totpPath}/verify`, { code })).error.code).toBe('invalid_code');
  });

  it('may be typed with spaces', async () => {
    const user = await aUser();
    const code = totpOf(totpSecretOf(user)).replace(/^(...)/, ' $1 ');
    expect((await (await api.console().enter(user)).post(`${totpPath}/verify`, { code })).status).toBe(200);
  });

  it.each([
    ['no digits', 'abcdef'],
    ['too long', '0'.repeat(64)],
    ['Arabic digits', '١٢٣٤٥٦'],
  ])('that is none (%s) is a wrong one', async (_, code) => {
    const console = await api.console().enter(await aUser());
    expect((await console.post(`${totpPath}/verify`, { code })).error.code).toBe('invalid_code');
  });

  it.each([
    ['without a code', {}],
    ['with a number', { code: 123456 }],
    ['with nothing but spaces', { code: '  ' }],
    ['far too long', { code: '0'.repeat(65) }],
    ['with another field', { code: '123456', userId: 'usr_01' }],
  ])('in a body %s is 400', async (_, body) => {
    const console = await api.console().enter(await aUser());
    expect((await console.post(`${totpPath}/verify`, body)).error.code).toBe('invalid_request');
  });

  it('that is wrong is told in the audit log of each of the person’s workspaces, and of no other', async () => {
    const user = await aMember();
    const stranger = await aMember();
    const pending = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    const wrong = await pending.post(`${totpPath}/verify`, { code: wrongTotp(totpSecretOf(user)) });
    expect([wrong.status, wrong.error.code]).toEqual([401, 'invalid_code']);
    const signedIn = await api.console().enter(user);
    await signedIn.post(`${totpPath}/verify`, { code: wrongTotp(totpSecretOf(user)) });
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'STEP_UP_FAILED', actor_id: user.id, payload: { mfaMethod: 'totp', stage: 'sign_in' } },
      { action: 'STEP_UP_FAILED', actor_id: user.id, payload: { mfaMethod: 'totp', stage: 'step_up' } },
    ]);
    expect(await auditLogOf(stranger.workspace)).toEqual([]);
  });

  it('leaves a session as it was when it is wrong', async () => {
    const user = await aUser();
    const console = await api.console().enter(user, { mfaAgeSeconds: 301 });
    const before = console.cookie;
    await console.post(`${totpPath}/verify`, { code: wrongTotp(totpSecretOf(user)) });
    expect(console.cookie).toBe(before);
    expect(await hasRecentMfa(console)).toBe(false);
  });

  it('asks who has no authenticator to set one up', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const without = await console.post(`${totpPath}/verify`, { code: '123456' });
    expect([without.status, without.error.code]).toEqual([403, 'mfa_enrollment_required']);
    await aPasskey(user);
    expect((await console.post(`${totpPath}/verify`, { code: '123456' })).error.code).toBe('mfa_enrollment_required');
  });

  it('opens nothing without the proof that no foreign page sent it', async () => {
    const user = await aUser();
    const console = await api.console().enter(user);
    const code = totpOf(totpSecretOf(user));
    const forged = await console.post(`${totpPath}/verify`, { code }, { headers: { 'X-CalKeep-Csrf': '' } });
    expect(forged.error.code).toBe('csrf');
    expect((await console.post(`${totpPath}/verify`, { code })).status).toBe(200);
  });
});
