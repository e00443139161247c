import { totpConfirmationData, totpEnrolmentData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aWorkspace } from '../support/builders.js';
import { aMember, aMembership, aUser, type TestUser } from '../support/console.js';
import { aPasskey, authenticationOptions, passkeySettings } from '../support/passkeys.js';
import {
  confirmTotp,
  enrollTotp,
  hasRecentMfa,
  mfaPath,
  recoveryPath,
  secondFactorsOf,
  totpAt,
  totpPath,
  totpSecretOf,
  webauthnPath,
  wrongTotp,
} from '../support/second-factors.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: passkeySettings });

describe('setting up TOTP', () => {
  it('tells the secret once, as base32, as a URL for authenticators and as a QR code', async () => {
    const user = await aUser({ hasTotp: false });
    const answer = await (await api.console().enter(user, { mfaAgeSeconds: null })).post(`${totpPath}/enroll`);

    expect(answer.status).toBe(200);
    const { secret, otpauthUrl, qrSvg } = totpEnrolmentData.parse(answer.data);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(otpauthUrl);
    expect(`${url.protocol}//${url.host}${decodeURIComponent(url.pathname)}`).toBe(
      `otpauth://totp/CalKeep:${user.email}`,
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ secret, issuer: 'CalKeep' });
    expect(qrSvg).toMatch(/^<svg [^]*<\/svg>$/);
  });

  it('is begun with an empty body or none at all, and with no other', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    expect((await console.call('POST', `${totpPath}/enroll`)).status).toBe(200);
    expect((await console.post(`${totpPath}/enroll`, { secret: 'A'.repeat(32) })).error.code).toBe('invalid_request');
  });

  it('is complete once a code was right, gives ten recovery codes and counts as a recent proof', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const before = Date.now();
    const secret = await enrollTotp(console);

    const answer = await console.post(`${totpPath}/confirm`, { code: totpOf(secret) });

    expect(answer.status).toBe(200);
    const { recoveryCodes, verifiedAt, validUntil } = totpConfirmationData.parse(answer.data);
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(Date.parse(verifiedAt)).toBeGreaterThanOrEqual(before - 1_000);
    expect(Date.parse(validUntil) - Date.parse(verifiedAt)).toBe(300_000);
    expect(await secondFactorsOf(console)).toEqual({
      totp: { enrolledAt: expect.any(String) },
      passkeys: [],
      recoveryCodes: { remaining: 10 },
    });
    expect(await hasRecentMfa(console)).toBe(true);
  });

  it('changes the session’s cookie: the one of before opens nothing any more', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    const before = console.cookie;
    await confirmTotp(console, await enrollTotp(console));
    expect(console.cookie).not.toBe(before);
    expect((await console.get(mfaPath, { headers: { Cookie: String(before) } })).error.code).toBe('session_required');
    expect((await console.get(mfaPath)).status).toBe(200);
  });

  it('is told in the audit log of each of the person’s workspaces', async () => {
    const user = await aMember({ hasTotp: false });
    const second = await aWorkspace();
    await aMembership(second, user, 'member');
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const requestId = (await confirmTotp(console, await enrollTotp(console))).headers['x-calkeep-request-id'];
    for (const workspace of [user.workspace, second])
      expect(await auditLogOf(workspace)).toMatchObject([
        { action: 'MFA_ENROLLED', actor_id: user.id, payload: { mfaMethod: 'totp' }, request_id: requestId },
      ]);
  });

  it('stays open after a wrong code', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    const secret = await enrollTotp(console);
    const wrong = await console.post(`${totpPath}/confirm`, { code: wrongTotp(secret) });
    expect([wrong.status, wrong.error.code]).toEqual([401, 'invalid_code']);
    expect((await secondFactorsOf(console)).totp).toBeNull();
    expect((await confirmTotp(console, secret)).status).toBe(200);
  });

  it('uses up the code that confirmed it', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    const secret = await enrollTotp(console);
    const code = totpOf(secret);
    await console.post(`${totpPath}/confirm`, { code });
    expect((await console.post(`${totpPath}/verify`, { code })).error.code).toBe('invalid_code');
    expect((await console.post(`${totpPath}/verify`, { code: totpAt(secret, 1) })).status).toBe(200);
  });

  it('takes the last secret that was told, for a quarter of an hour', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const first = await enrollTotp(console);
    const second = await enrollTotp(console);
    expect((await console.post(`${totpPath}/confirm`, { code: totpOf(first) })).error.code).toBe('invalid_code');
    await age(user, 901);
    expect((await console.post(`${totpPath}/confirm`, { code: totpOf(second) })).error.code).toBe('conflict');
    const third = await enrollTotp(console);
    await age(user, 880);
    expect((await confirmTotp(console, third)).status).toBe(200);
    expect((await console.post(`${totpPath}/confirm`, { code: totpAt(third, 1) })).error.code).toBe('conflict');
  });

  it('asks who has a second factor already for a recent proof of it, at both steps', async () => {
    const user = await aUser();
    for (const path of [`${totpPath}/enroll`, `${totpPath}/confirm`]) {
      const stale = await (await api.console().enter(user, { mfaAgeSeconds: 301 })).post(path, { code: '000000' });
      expect([stale.status, stale.error.code]).toEqual([401, 'mfa_required']);
      const pending = await (await api.console().enter(user, { mfaAgeSeconds: null, isPending: true })).post(path, {});
      expect(pending.error.code).toBe('mfa_required');
      expect((await api.console().post(path, {})).error.code).toBe('session_required');
    }
  });

  it('that was begun without a second factor is not completed without one once there is one', async () => {
    const user = await aUser({ hasTotp: false });
    const intruder = await api.console().enter(user, { mfaAgeSeconds: null });
    const secret = await enrollTotp(intruder);
    await aPasskey(user);
    expect((await confirmTotp(intruder, secret)).error.code).toBe('mfa_required');
  });

  it('is asked for, from then on, of every other session of the person: none of them ever proved a second factor', async () => {
    const member = await aMember({ hasTotp: false });
    const here = await api.console().enter(member, { mfaAgeSeconds: null });
    const elsewhere = await api.console().enter(member, { mfaAgeSeconds: null });
    const stranger = await api.console().enter(await aMember({ hasTotp: false }), { mfaAgeSeconds: null });
    const secret = await enrollTotp(here);
    expect((await confirmTotp(here, secret)).status).toBe(200);

    const stopped = await elsewhere.get('/app/auth/sessions');
    expect([stopped.status, stopped.error.code]).toEqual([401, 'mfa_required']);
    expect((await here.get('/app/auth/sessions')).status).toBe(200);
    expect((await stranger.get('/app/auth/sessions')).status).toBe(200);
    expect((await elsewhere.stepUp(secret)).status).toBe(200);
    expect((await elsewhere.get('/app/auth/sessions')).status).toBe(200);
  });

  it('leaves sessions alone that proved another factor', async () => {
    const user = await aUser({ hasTotp: false });
    await aPasskey(user);
    const [here, elsewhere] = [api.console(), api.console()];
    await here.enter(user, { mfaMethod: 'webauthn' });
    await elsewhere.enter(user, { mfaMethod: 'webauthn', mfaAgeSeconds: 86_000 });
    expect((await confirmTotp(here, await enrollTotp(here))).status).toBe(200);
    expect((await elsewhere.get('/app/auth/sessions')).status).toBe(200);
  });

  it('takes the place of the authenticator of before, whose proofs count no more', async () => {
    const user = await aUser();
    const elsewhere = await api.console().enter(user);
    const console = await api.console().enter(user);
    const secret = await enrollTotp(console);
    expect((await console.post(`${totpPath}/verify`, { code: totpOf(totpSecretOf(user)) })).status).toBe(200);
    expect(await hasRecentMfa(elsewhere)).toBe(true);

    expect((await confirmTotp(console, secret)).status).toBe(200);

    expect(await hasRecentMfa(console)).toBe(true);
    expect(await hasRecentMfa(elsewhere)).toBe(false);
    expect((await elsewhere.post(`${totpPath}/verify`, { code: totpAt(totpSecretOf(user), 1) })).status).toBe(401);
    expect((await elsewhere.post(`${totpPath}/verify`, { code: totpAt(secret, 1) })).status).toBe(200);
  });

  it('leaves the recovery codes of before as they are while one of them is unused', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const codes = (await confirmTotp(console, await enrollTotp(console))).data['recoveryCodes'] as string[];
    const again = totpConfirmationData.parse((await confirmTotp(console, await enrollTotp(console))).data);
    expect(again.recoveryCodes).toBeUndefined();

    for (const code of codes) expect((await console.post(`${recoveryPath}/verify`, { code })).status).toBe(200);
    const last = totpConfirmationData.parse((await confirmTotp(console, await enrollTotp(console))).data);
    expect(last.recoveryCodes).toHaveLength(10);
  });
});

describe('removing TOTP', () => {
  it('takes a recent proof of another factor', async () => {
    const user = await aMember();
    const { device } = await aPasskey(user);
    const console = await api.console().enter(user);
    const byItself = await console.delete(totpPath);
    expect([byItself.status, byItself.error.code]).toEqual([409, 'conflict']);
    expect(byItself.error.message).toMatch(/another/);

    const response = device.authenticate(await authenticationOptions(console));
    await console.post(`${webauthnPath}/authenticate/verify`, { response });
    expect((await console.delete(totpPath)).status).toBe(204);

    expect(await secondFactorsOf(console)).toMatchObject({ totp: null, passkeys: [{}] });
    expect((await auditLogOf(user.workspace)).at(-1)).toMatchObject({
      action: 'MFA_REMOVED',
      payload: { mfaMethod: 'totp' },
    });
    expect((await console.post(`${totpPath}/verify`, { code: totpOf(totpSecretOf(user)) })).status).toBe(403);
    expect((await console.delete(totpPath)).error.code).toBe('not_found');
  });

  it('is refused for the last factor, whatever the session says that it proved', async () => {
    const console = await api.console().enter(await aUser(), { mfaMethod: 'webauthn' });
    expect((await console.delete(totpPath)).error.code).toBe('conflict');
    expect((await secondFactorsOf(console)).totp).not.toBeNull();
  });

  it('is refused without a recent proof, and without any factor', async () => {
    const stale = await api.console().enter(await aUser(), { mfaAgeSeconds: 301 });
    expect((await stale.delete(totpPath)).error.code).toBe('mfa_required');
    const without = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    expect((await without.delete(totpPath)).error.code).toBe('mfa_enrollment_required');
  });

  it('takes what it proved from every session', async () => {
    const user = await aUser();
    await aPasskey(user);
    const elsewhere = await api.console().enter(user);
    expect(await hasRecentMfa(elsewhere)).toBe(true);
    const console = await api.console().enter(user, { mfaMethod: 'webauthn' });
    expect((await console.delete(totpPath)).status).toBe(204);
    expect(await hasRecentMfa(elsewhere)).toBe(false);
  });
});

describe('a recent proof', () => {
  it.each([
    [299, true],
    [301, false],
    [-5, false],
    [null, false],
  ])('of %s seconds ago counts: %s', async (mfaAgeSeconds, counts) => {
    const console = await api.console().enter(await aUser(), { mfaAgeSeconds });
    expect(await hasRecentMfa(console)).toBe(counts);
  });
});

describe('a workspace that requires a second factor', () => {
  it('is closed to members without one until they have set one up', async () => {
    const user = await aMember({ hasTotp: false });
    const members = `/app/workspaces/${user.workspace.id}/members`;
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    expect((await console.get(members)).status).toBe(200);
    await arrange(user.workspace.uuid, (client) =>
      client.query('update workspaces set is_mfa_required = true where id = $1', [user.workspace.uuid]),
    );
    expect((await console.get(members)).error.code).toBe('mfa_enrollment_required');
    await confirmTotp(console, await enrollTotp(console));
    expect((await console.get(members)).status).toBe(200);
  });
});

/** As if the enrolment had been begun so much earlier. */
async function age(user: TestUser, seconds: number): Promise<void> {
  await arrange('', (client) =>
    client.query(
      'update user_totp_enrolments set expires_at = expires_at - make_interval(secs => $2) where user_id = $1',
      [user.uuid, seconds],
    ),
  );
}
