import { totpEnrolmentData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aUser, type TestUser } from '../support/console.js';
import { passkeySettings, registrationOptions } from '../support/passkeys.js';
import {
  aTotpUser,
  confirmTotp,
  enrollTotp,
  hasRecentMfa,
  mfaPath,
  recoveryCodesOf,
  recoveryPath,
  rowsOf,
  totpAt,
  totpPath,
  webauthnPath,
  wrongTotp,
} from '../support/second-factors.js';
import { SoftwarePasskey } from '../support/software-passkey.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: { ...passkeySettings, LOG_LEVEL: 'trace' } });

describe('a TOTP secret', () => {
  it('opens for its own person alone: in another’s row it lets nobody in and shows nothing', async () => {
    const [owner, intruder] = [await aTotpUser(), await aTotpUser()];
    await rowsOf(
      `update user_totp_factors f set secret_sealed = o.secret_sealed, key_id = o.key_id
       from user_totp_factors o where f.user_id = $1 and o.user_id = $2`,
      [intruder.uuid, owner.uuid],
    );
    const console = await api.console().enter(intruder, { mfaAgeSeconds: null, isPending: true });
    const answer = await console.post(`${totpPath}/verify`, { code: totpOf(owner.totpSecret) });
    expect([answer.status, answer.error.code]).toEqual([500, 'internal_error']);
    expect(answer.text).not.toContain(owner.totpSecret);
    expect((await console.get(mfaPath)).error.code).toBe('mfa_required');
    const logs = await api.process.settledLogs();
    expect(logs).toContain('sealed for another place');
    expect(logs).not.toContain(owner.totpSecret);
  });

  it('is stored sealed, before and after it was confirmed', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const secret = await enrollTotp(console);
    const [enrolment] = await sealedOf(user, 'user_totp_enrolments');
    await confirmTotp(console, secret);
    const [factor] = await sealedOf(user, 'user_totp_factors');
    for (const sealed of [enrolment, factor]) expect(sealed?.toString('latin1')).not.toContain(secret);
    expect(await sealedOf(user, 'user_totp_enrolments')).toEqual([]);
  });
});

describe('recovery codes', () => {
  it('are stored as hashes that say nothing without the pepper', async () => {
    const user = await aTotpUser();
    const codes = await recoveryCodesOf(await api.console().enter(user));
    const rows = await rowsOf('select *, code_hash::text as shown from user_recovery_codes where user_id = $1', [
      user.uuid,
    ]);
    expect(rows).toHaveLength(10);
    expect(new Set(rows.map((row) => row['shown'])).size).toBe(10);
    for (const code of codes) expect(JSON.stringify(rows)).not.toContain(code.replaceAll('-', ''));
  });

  it('of two persons never have the same hash, even if they are the same', async () => {
    const [owner, intruder] = [await aTotpUser(), await aTotpUser()];
    const [code] = await recoveryCodesOf(await api.console().enter(owner));
    await rowsOf('update user_recovery_codes set user_id = $2 where user_id = $1', [owner.uuid, intruder.uuid]);
    const console = await api.console().enter(intruder);
    expect((await console.post(`${recoveryPath}/verify`, { code })).error.code).toBe('invalid_code');
  });
});

describe('no log holds', () => {
  it('a TOTP secret, its URL or QR code, a code, or a session’s cookie', async () => {
    const console = api.console();
    await console.signIn(await aUser({ hasTotp: false }));
    const cookies = [console.cookie];
    const { data } = await console.post(`${totpPath}/enroll`);
    const { secret, otpauthUrl, qrSvg } = totpEnrolmentData.parse(data);
    const codes = [wrongTotp(secret), totpOf(secret), totpAt(secret, 1)];
    for (const code of codes.slice(0, 2)) await console.post(`${totpPath}/confirm`, { code });
    cookies.push(console.cookie);
    await console.post(`${totpPath}/verify`, { code: codes[2] });
    cookies.push(console.cookie);
    expect(await hasRecentMfa(console)).toBe(true);

    await expectUnlogged([secret, otpauthUrl, qrSvg, 'otpauth:', '<svg']);
    await expectUnlogged(cookies.map((cookie) => cookie?.split('=')[1] ?? ''));
    const logs = await api.process.settledLogs();
    for (const code of codes) expect(logs).not.toMatch(new RegExp(`(?<![0-9.])${code}(?![0-9])`));
  });

  it('a recovery code, right or wrong', async () => {
    const console = await api.console().enter(await aUser());
    const codes = await recoveryCodesOf(console);
    const used = [...codes.slice(0, 2), 'k7m2x-9xqp4-trw0h'];
    for (const code of used) await console.post(`${recoveryPath}/verify`, { code });
    await expectUnlogged([...codes, ...used].flatMap((code) => [code, code.replaceAll('-', '')]));
  });

  it('a challenge or what a passkey answered', async () => {
    const console = await api.console().enter(await aUser({ hasTotp: false }), { mfaAgeSeconds: null });
    const options = await registrationOptions(console);
    const response = new SoftwarePasskey().register(options);
    expect((await console.post(`${webauthnPath}/register/verify`, { response })).status).toBe(201);
    await expectUnlogged([options.challenge, response.response.clientDataJSON, response.response.attestationObject]);
  });
});

async function expectUnlogged(canaries: string[]): Promise<void> {
  const logs = await api.process.settledLogs();
  for (const canary of canaries) {
    expect(canary).not.toBe('');
    expect(logs).not.toContain(canary);
  }
}

async function sealedOf(user: TestUser, table: string): Promise<Buffer[]> {
  const rows = await rowsOf(`select secret_sealed from ${table} where user_id = $1`, [user.uuid]);
  return rows.map((row) => row['secret_sealed'] as Buffer);
}
