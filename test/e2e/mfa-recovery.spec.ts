import { recoveryCodesData, recoveryData, signInData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aMember, aUser, type TestUser } from '../support/console.js';
import { passkeySettings } from '../support/passkeys.js';
import {
  confirmTotp,
  enrollTotp,
  hasRecentMfa,
  mfaPath,
  recoveryCodesOf,
  recoveryPath,
  rowsOf,
  secondFactorsOf,
  totpPath,
  webauthnPath,
} from '../support/second-factors.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: passkeySettings });

const verify = `${recoveryPath}/verify`;
const someCode = 'k7m2x-9xqp4-trw0h';

const pendingConsole = (user: TestUser) => api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
/** Ten codes of a person, from a session of their own. */
const codesOf = async (user: TestUser) => recoveryCodesOf(await api.console().enter(user));

describe('a recovery code', () => {
  it('completes a sign-in, under another cookie', async () => {
    const user = await aMember();
    const [code] = await codesOf(user);
    const console = api.console();
    const signIn = await console.post('/app/auth/sign-in', { email: user.email, password: user.password });
    expect(signInData.parse(signIn.data).mfa.required).toBe(true);
    const pending = console.cookie;

    const answer = await console.post(verify, { code });

    expect(answer.status).toBe(200);
    expect(recoveryData.parse(answer.data)).toEqual({ recoveryCodes: { remaining: 9 } });
    expect(console.cookie).not.toBe(pending);
    expect((await console.get(mfaPath, { headers: { Cookie: String(pending) } })).error.code).toBe('session_required');
    expect((await console.get('/app/auth/session')).data).toMatchObject({ isPending: false });
    expect((await auditLogOf(user.workspace)).at(-1)).toMatchObject({
      action: 'SIGN_IN_SUCCEEDED',
      actor_id: user.id,
      payload: { mfaMethod: 'recovery' },
    });
  });

  it('works once, whichever of the ten it is', async () => {
    const user = await aUser();
    const console = await pendingConsole(user);
    const codes = await codesOf(user);
    for (const [index, code] of codes.entries()) {
      expect((await console.post(verify, { code })).data).toEqual({ recoveryCodes: { remaining: 9 - index } });
      expect((await console.post(verify, { code })).error.code).toBe('invalid_code');
    }
  });

  it('may be typed without regard to case, hyphens and spaces', async () => {
    const user = await aUser();
    const [first = '', second = '', third = ''] = await codesOf(user);
    const console = await pendingConsole(user);
    for (const code of [first.toUpperCase(), second.replaceAll('-', ''), ` ${third.replaceAll('-', ' ')} `])
      expect((await console.post(verify, { code })).status).toBe(200);
  });

  it('of somebody else is a wrong one', async () => {
    const [code] = await codesOf(await aUser());
    const console = await pendingConsole(await aUser());
    expect((await console.post(verify, { code })).error.code).toBe('invalid_code');
    expect((await console.get(mfaPath)).error.code).toBe('mfa_required');
  });

  it.each(['', someCode, 'k7m2x', '123456', '-'])('that is none (%j) is refused, and changes nothing', async (code) => {
    const user = await aUser();
    await codesOf(user);
    const console = await pendingConsole(user);
    const before = console.cookie;
    const answer = await console.post(verify, { code });
    expect(answer.status).toBe(code === '' ? 400 : 401);
    expect(console.cookie).toBe(before);
    expect((await secondFactorsOf(await api.console().enter(user))).recoveryCodes.remaining).toBe(10);
  });

  it('that is wrong is told in the audit log', async () => {
    const user = await aMember();
    await (await pendingConsole(user)).post(verify, { code: someCode });
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'STEP_UP_FAILED', actor_id: user.id, payload: { mfaMethod: 'recovery', stage: 'sign_in' } },
    ]);
  });

  it('of somebody without codes, or without any factor, is wrong as any other', async () => {
    expect((await (await pendingConsole(await aUser())).post(verify, { code: someCode })).status).toBe(401);
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    expect((await console.post(verify, { code: someCode })).error.code).toBe('invalid_code');
    expect((await api.console().post(verify, { code: someCode })).error.code).toBe('session_required');
  });
});

describe('after a recovery code', () => {
  it('nothing counts as a recent proof of a second factor', async () => {
    const user = await aUser();
    const [code] = await codesOf(user);
    const console = await pendingConsole(user);
    await console.post(verify, { code });
    expect(await hasRecentMfa(console)).toBe(false);
    expect((await console.delete(totpPath)).error.code).toBe('mfa_required');
    expect((await console.get('/app/auth/session')).data).toMatchObject({
      mfa: { verifiedAt: null, validUntil: null },
    });
  });

  it('a lost authenticator can be replaced, which then proves what it proves', async () => {
    const user = await aUser();
    const [code] = await codesOf(user);
    const console = await pendingConsole(user);
    await console.post(verify, { code });
    expect((await confirmTotp(console, await enrollTotp(console))).status).toBe(200);
    expect(await hasRecentMfa(console)).toBe(true);
  });

  it.each([
    [299, 200],
    [301, 401],
  ])('a factor can be set up for 300 seconds: %i seconds later %i', async (seconds, status) => {
    const user = await aUser();
    const [code] = await codesOf(user);
    const console = await pendingConsole(user);
    await console.post(verify, { code });
    await rowsOf(
      `update sessions set recovery_verified_at = recovery_verified_at - make_interval(secs => $2)
       where user_id = $1 and recovery_verified_at is not null`,
      [user.uuid, seconds],
    );
    expect((await console.post(`${totpPath}/enroll`)).status).toBe(status);
    expect((await console.post(`${webauthnPath}/register/options`)).status).toBe(status);
  });
});

describe('new recovery codes', () => {
  it('are ten, and make the old ones void', async () => {
    const user = await aMember();
    const console = await api.console().enter(user);
    const [old] = await codesOf(user);

    const answer = await console.post(`${recoveryPath}/regenerate`);

    expect(answer.status).toBe(200);
    const { recoveryCodes } = recoveryCodesData.parse(answer.data);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){2}$/);
    expect((await secondFactorsOf(console)).recoveryCodes.remaining).toBe(10);
    expect((await console.post(verify, { code: old })).error.code).toBe('invalid_code');
    expect((await console.post(verify, { code: recoveryCodes[0] })).status).toBe(200);
    expect((await auditLogOf(user.workspace)).map(({ action }) => action)).toEqual([
      'RECOVERY_CODES_REGENERATED',
      'RECOVERY_CODES_REGENERATED',
      'STEP_UP_FAILED',
      'SIGN_IN_SUCCEEDED',
    ]);
  });

  it('take a recent proof of a second factor', async () => {
    const path = `${recoveryPath}/regenerate`;
    expect((await api.console().post(path)).error.code).toBe('session_required');
    expect((await (await pendingConsole(await aUser())).post(path)).error.code).toBe('mfa_required');
    const stale = await api.console().enter(await aUser(), { mfaAgeSeconds: 301 });
    expect((await stale.post(path)).error.code).toBe('mfa_required');
    const without = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    expect((await without.post(path)).error.code).toBe('mfa_enrollment_required');
    const foreign = await (await api.console().enter(await aUser())).post(path, {}, { headers: { Origin: 'null' } });
    expect(foreign.error.code).toBe('csrf');
  });

  it('take no body with anything in it', async () => {
    const console = await api.console().enter(await aUser());
    expect((await console.post(`${recoveryPath}/regenerate`, { count: 1_000 })).error.code).toBe('invalid_request');
  });
});
