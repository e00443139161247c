import {
  newId,
  passkeyData,
  passkeyRegistrationData,
  passkeysMax,
  type PasskeyRegistrationData,
} from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aMember, aUser, type Console, type TestUser } from '../support/console.js';
import {
  ageChallenges,
  aPasskey,
  authenticationOptions,
  passkeySettings,
  registrationOptions,
} from '../support/passkeys.js';
import { hasRecentMfa, mfaPath, rowsOf, secondFactorsOf, totpPath, webauthnPath } from '../support/second-factors.js';
import { SoftwarePasskey } from '../support/software-passkey.js';
import { useApi } from '../support/use-api.js';

const otherOrigin = 'https://console.acme.test';
const api = useApi({ env: { ...passkeySettings, WEBAUTHN_ORIGINS: `https://other.test, ${otherOrigin}` } });

const unproven = (user: TestUser) => api.console().enter(user, { mfaAgeSeconds: null });
const pending = (user: TestUser) => api.console().enter(user, { mfaAgeSeconds: null, isPending: true });

const register = (console: Console, response: unknown, label?: string) =>
  console.post(`${webauthnPath}/register/verify`, { response, ...(label === undefined ? {} : { label }) });
const authenticate = (console: Console, response: unknown) =>
  console.post(`${webauthnPath}/authenticate/verify`, { response });

/** A new passkey by way of the API. */
async function registered(console: Console, label?: string): Promise<PasskeyRegistrationData['passkey']> {
  const answer = await register(console, new SoftwarePasskey().register(await registrationOptions(console)), label);
  expect(answer.status, answer.text).toBe(201);
  return passkeyRegistrationData.parse(answer.data).passkey;
}

describe('registering a passkey', () => {
  it('asks for one that verifies its person, and for no attestation', async () => {
    const user = await aUser();
    const known = await aPasskey(user);
    const console = await api.console().enter(user);
    expect(await registrationOptions(console)).toMatchObject({
      rp: { id: 'localhost', name: 'CalKeep' },
      user: { name: user.email, displayName: user.name },
      timeout: 300_000,
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      excludeCredentials: [{ id: known.device.id, type: 'public-key' }],
    });
  });

  it('gives recovery codes with the first factor, counts as a recent proof and changes the cookie', async () => {
    const user = await aMember({ hasTotp: false });
    const console = await unproven(user);
    const before = console.cookie;
    const response = new SoftwarePasskey().register(await registrationOptions(console));

    const answer = await register(console, response, '  Laptop ');

    expect(answer.status).toBe(201);
    const { passkey, recoveryCodes, verifiedAt, validUntil } = passkeyRegistrationData.parse(answer.data);
    expect(passkey).toMatchObject({ label: 'Laptop', isBackedUp: false, lastUsedAt: null });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(Date.parse(validUntil) - Date.parse(verifiedAt)).toBe(300_000);
    expect(await secondFactorsOf(console)).toEqual({
      totp: null,
      passkeys: [passkey],
      recoveryCodes: { remaining: 10 },
    });
    expect((await console.get(mfaPath, { headers: { Cookie: String(before) } })).error.code).toBe('session_required');
    expect(await hasRecentMfa(console)).toBe(true);
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'MFA_ENROLLED', actor_id: user.id, payload: { mfaMethod: 'webauthn', passkeyId: passkey.id } },
      { action: 'RECOVERY_CODES_REGENERATED' },
    ]);
  });

  it('gives a second one no new recovery codes, and each its label', async () => {
    const console = await unproven(await aUser({ hasTotp: false }));
    const first = await registered(console);
    const answer = await register(
      console,
      new SoftwarePasskey().register(await registrationOptions(console)),
      'Phone 📱',
    );
    const second = passkeyRegistrationData.parse(answer.data);
    expect(second.recoveryCodes).toBeUndefined();
    expect([first.label, second.passkey.label]).toEqual(['Passkey', 'Phone 📱']);
    expect((await secondFactorsOf(console)).passkeys).toEqual([first, second.passkey]);
  });

  it('may be done on the further origins of the configuration', async () => {
    const console = await unproven(await aUser({ hasTotp: false }));
    const device = new SoftwarePasskey({ origin: otherOrigin });
    expect((await register(console, device.register(await registrationOptions(console)))).status).toBe(201);
    const response = device.authenticate(await authenticationOptions(console));
    expect((await authenticate(console, response)).status).toBe(200);
  });

  it.each([
    ['another origin', { origin: 'https://evil.test' }],
    ['another relying party', { rpId: 'evil.test' }],
    ['no user verification', { isUserVerified: false }],
    ['the type of an authentication', { type: 'webauthn.get' }],
  ])('is refused with %s, and spends the challenge', async (_, claims) => {
    const user = await aMember({ hasTotp: false });
    const console = await unproven(user);
    const options = await registrationOptions(console);
    const device = new SoftwarePasskey();
    const refused = await register(console, device.register(options, claims));
    expect([refused.status, refused.error.code]).toEqual([401, 'invalid_code']);
    expect((await register(console, device.register(options))).status).toBe(401);
    expect((await secondFactorsOf(console)).passkeys).toEqual([]);
    expect((await auditLogOf(user.workspace))[0]).toMatchObject({
      action: 'STEP_UP_FAILED',
      payload: { mfaMethod: 'webauthn', stage: 'enrolment' },
    });
    expect((await register(console, device.register(await registrationOptions(console)))).status).toBe(201);
  });

  it.each([
    ['replayed', async (console: Console, response: unknown) => void (await register(console, response))],
    ['overtaken by another', async (console: Console) => void (await registrationOptions(console))],
  ])('is refused when it is %s', async (_, meanwhile) => {
    const console = await unproven(await aUser({ hasTotp: false }));
    const response = new SoftwarePasskey().register(await registrationOptions(console));
    await meanwhile(console, response);
    expect((await register(console, response)).error.code).toBe('invalid_code');
  });

  it.each([
    [299, 201],
    [301, 401],
  ])('may take 300 seconds: answered after %i, %i', async (seconds, status) => {
    const user = await aUser({ hasTotp: false });
    const console = await unproven(user);
    const options = await registrationOptions(console);
    await ageChallenges(user, seconds);
    expect((await register(console, new SoftwarePasskey().register(options))).status).toBe(status);
  });

  it('is refused for another session’s challenge, of whomever', async () => {
    const user = await aUser({ hasTotp: false });
    const options = await registrationOptions(await unproven(user));
    for (const console of [await unproven(user), await unproven(await aUser({ hasTotp: false }))]) {
      await registrationOptions(console);
      expect((await register(console, new SoftwarePasskey().register(options))).error.code).toBe('invalid_code');
    }
  });

  it('is refused for the challenge of an authentication', async () => {
    const user = await aUser();
    await aPasskey(user);
    const console = await api.console().enter(user);
    const { challenge } = await authenticationOptions(console);
    const options = { ...(await registrationOptions(console)), challenge };
    expect((await register(console, new SoftwarePasskey().register(options))).error.code).toBe('invalid_code');
  });

  it('is refused for a credential that is registered already, by whomever', async () => {
    const user = await aUser();
    const { device } = await aPasskey(user);
    for (const console of [await api.console().enter(user), await unproven(await aUser({ hasTotp: false }))]) {
      expect((await register(console, device.register(await registrationOptions(console)))).status).toBe(401);
    }
  });

  it('asks who has a second factor already for a recent proof of it, at both steps', async () => {
    const user = await aUser();
    for (const step of ['options', 'verify']) {
      const path = `${webauthnPath}/register/${step}`;
      const stale = await api.console().enter(user, { mfaAgeSeconds: 301 });
      expect((await stale.post(path, {})).error.code).toBe('mfa_required');
      expect((await (await pending(user)).post(path, {})).error.code).toBe('mfa_required');
      expect((await api.console().post(path, {})).error.code).toBe('session_required');
    }
  });

  it('that was begun without a second factor is not completed without one once there is one', async () => {
    const user = await aUser({ hasTotp: false });
    const intruder = await unproven(user);
    const response = new SoftwarePasskey().register(await registrationOptions(intruder));
    await aPasskey(user);
    expect((await register(intruder, response)).error.code).toBe('mfa_required');
  });

  it(`ends at ${passkeysMax} passkeys`, async () => {
    const user = await aUser();
    const console = await api.console().enter(user);
    const response = new SoftwarePasskey().register(await registrationOptions(console));
    for (let count = 0; count < passkeysMax; count++) await aPasskey(user);
    expect((await register(console, response)).error.code).toBe('conflict');
    expect((await console.post(`${webauthnPath}/register/options`)).error.code).toBe('conflict');
  });

  it.each([
    ['no answer', {}],
    ['an answer that is no object', { response: 'AAAA' }],
    ['an empty label', { response: {}, label: ' ' }],
    ['a label of 101 characters', { response: {}, label: 'x'.repeat(101) }],
    ['a label of two lines', { response: {}, label: 'a\nb' }],
    ['another field', { response: {}, userId: newId('user') }],
  ])('with %s is 400', async (_, body) => {
    const console = await unproven(await aUser({ hasTotp: false }));
    expect((await console.post(`${webauthnPath}/register/verify`, body)).error.code).toBe('invalid_request');
  });
});

describe('the passkeys of a person', () => {
  it('can be renamed', async () => {
    const user = await aUser();
    const { id } = await aPasskey(user);
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const answer = await console.patch(`${webauthnPath}/${id}`, { label: ' Work laptop ' });
    expect(passkeyData.parse(answer.data).passkey).toMatchObject({ id, label: 'Work laptop' });
    expect((await secondFactorsOf(console)).passkeys).toEqual([answer.data['passkey']]);
    expect((await console.patch(`${webauthnPath}/${id}`, {})).error.code).toBe('invalid_request');
    expect((await console.patch(`${webauthnPath}/${id}`, { label: 'x', signCount: 0 })).status).toBe(400);
  });

  it('can be removed after another factor was proven', async () => {
    const user = await aMember();
    const { id, device } = await aPasskey(user);
    const console = await api.console().enter(user);
    expect((await console.delete(`${webauthnPath}/${id}`)).status).toBe(204);
    expect((await secondFactorsOf(console)).passkeys).toEqual([]);
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'MFA_REMOVED', actor_id: user.id, payload: { mfaMethod: 'webauthn', passkeyId: id } },
    ]);
    expect((await console.delete(`${webauthnPath}/${id}`)).error.code).toBe('not_found');
    expect((await register(console, device.register(await registrationOptions(console)))).status).toBe(201);
  });

  it('cannot be removed after nothing but their own proof, yet after that of another passkey', async () => {
    const user = await aUser({ hasTotp: false });
    const [first, second] = [await aPasskey(user), await aPasskey(user)];
    const console = await unproven(user);
    await authenticate(console, first.device.authenticate(await authenticationOptions(console)));
    const byItself = await console.delete(`${webauthnPath}/${first.id}`);
    expect([byItself.status, byItself.error.code]).toEqual([409, 'conflict']);
    expect((await console.delete(`${webauthnPath}/${second.id}`)).status).toBe(204);
    expect((await secondFactorsOf(console)).passkeys).toMatchObject([{ id: first.id }]);
  });

  it('keep the last one, whatever the session says that it proved', async () => {
    const user = await aUser({ hasTotp: false });
    const { id } = await aPasskey(user);
    const console = await api.console().enter(user, { mfaMethod: 'totp' });
    expect((await console.delete(`${webauthnPath}/${id}`)).error.code).toBe('conflict');
  });

  it('take what they proved with them, from every session', async () => {
    const user = await aUser();
    const { id, device } = await aPasskey(user);
    const elsewhere = await unproven(user);
    await authenticate(elsewhere, device.authenticate(await authenticationOptions(elsewhere)));
    expect(await hasRecentMfa(elsewhere)).toBe(true);
    await (await api.console().enter(user)).delete(`${webauthnPath}/${id}`);
    expect(await hasRecentMfa(elsewhere)).toBe(false);
  });

  it('are nobody else’s: a foreign, an unknown and a malformed id are the same 404', async () => {
    const foreign = await aPasskey(await aUser());
    const console = await api.console().enter(await aUser());
    for (const id of [foreign.id, newId('passkey'), 'psk_x', newId('user')]) {
      const removed = await console.delete(`${webauthnPath}/${id}`);
      const renamed = await console.patch(`${webauthnPath}/${id}`, { label: 'Mine' });
      for (const answer of [removed, renamed]) {
        expect([answer.status, answer.error.message]).toEqual([404, 'There is nothing here.']);
        expect(answer.error.details).toBeUndefined();
      }
    }
    const rows = await rowsOf('select label from webauthn_credentials where id = $1', [foreign.uuid]);
    expect(rows).toEqual([{ label: 'Laptop' }]);
  });

  it('are removed only with a recent proof', async () => {
    const user = await aUser();
    const { id } = await aPasskey(user);
    const stale = await api.console().enter(user, { mfaAgeSeconds: 301 });
    expect((await stale.delete(`${webauthnPath}/${id}`)).error.code).toBe('mfa_required');
    expect((await (await pending(user)).patch(`${webauthnPath}/${id}`, { label: 'x' })).error.code).toBe(
      'mfa_required',
    );
    expect((await stale.delete(totpPath)).error.code).toBe('mfa_required');
  });
});
