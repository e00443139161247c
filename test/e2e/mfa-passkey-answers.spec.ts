import { proofData, signInData } from '@calkeep/contract';
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
import { hasRecentMfa, mfaPath, secondFactorsOf, webauthnPath } from '../support/second-factors.js';
import { SoftwarePasskey } from '../support/software-passkey.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: passkeySettings });

const unproven = (user: TestUser) => api.console().enter(user, { mfaAgeSeconds: null });
const pending = (user: TestUser) => api.console().enter(user, { mfaAgeSeconds: null, isPending: true });

const authenticate = (console: Console, response: unknown) =>
  console.post(`${webauthnPath}/authenticate/verify`, { response });

describe('a passkey', () => {
  it('completes a sign-in, under another cookie', async () => {
    const user = await aMember({ hasTotp: false });
    const { id, device } = await aPasskey(user);
    const console = api.console();
    const signIn = await console.post('/app/auth/sign-in', { email: user.email, password: user.password });
    expect(signInData.parse(signIn.data).mfa).toEqual({ required: true, methods: ['webauthn'] });
    const before = console.cookie;

    const options = await authenticationOptions(console);
    expect(options).toMatchObject({
      rpId: 'localhost',
      timeout: 300_000,
      userVerification: 'required',
      allowCredentials: [{ id: device.id, type: 'public-key' }],
    });
    const answer = await authenticate(console, device.authenticate(options));

    expect(answer.status).toBe(200);
    const { verifiedAt, validUntil } = proofData.parse(answer.data);
    expect(Date.parse(validUntil) - Date.parse(verifiedAt)).toBe(300_000);
    expect((await console.get(mfaPath, { headers: { Cookie: String(before) } })).error.code).toBe('session_required');
    expect((await secondFactorsOf(console)).passkeys).toMatchObject([{ id, lastUsedAt: expect.any(String) }]);
    expect(await auditLogOf(user.workspace)).toMatchObject([
      { action: 'SIGN_IN_SUCCEEDED', actor_id: user.id, payload: { mfaMethod: 'webauthn' } },
    ]);
    expect(await hasRecentMfa(console)).toBe(true);
  });

  it('steps up this session and no other one, again and again', async () => {
    const user = await aUser();
    const { device } = await aPasskey(user);
    const other = await api.console().enter(user, { mfaAgeSeconds: 301 });
    const console = await api.console().enter(user, { mfaAgeSeconds: 301 });
    for (let time = 0; time < 3; time++)
      expect((await authenticate(console, device.authenticate(await authenticationOptions(console)))).status).toBe(200);
    expect(await hasRecentMfa(console)).toBe(true);
    expect(await hasRecentMfa(other)).toBe(false);
  });

  it('that does not count its uses works again and again', async () => {
    const user = await aUser({ hasTotp: false });
    const { device } = await aPasskey(user);
    const console = await unproven(user);
    for (let time = 0; time < 3; time++) {
      const response = device.authenticate(await authenticationOptions(console), { counter: 0 });
      expect((await authenticate(console, response)).status).toBe(200);
    }
  });

  it.each([
    ['another origin', { origin: 'https://evil.test' }],
    ['another relying party', { rpId: 'evil.test' }],
    ['no user verification', { isUserVerified: false }],
    ['the type of a registration', { type: 'webauthn.create' }],
    ['a counter that goes back', { counter: 4 }],
    ['a counter that stands still', { counter: 5 }],
    ['a counter that goes back to nothing', { counter: 0 }],
  ])('is refused with %s, and the challenge is spent', async (_, claims) => {
    const user = await aMember({ hasTotp: false });
    const { device } = await aPasskey(user, { counter: 5 });
    const console = await pending(user);
    const options = await authenticationOptions(console);
    const refused = await authenticate(console, device.authenticate(options, claims));
    expect([refused.status, refused.error.code]).toEqual([401, 'invalid_code']);
    expect((await authenticate(console, device.authenticate(options))).error.code).toBe('invalid_code');
    expect((await console.get(mfaPath)).error.code).toBe('mfa_required');
    expect((await auditLogOf(user.workspace))[0]).toMatchObject({
      action: 'STEP_UP_FAILED',
      payload: { mfaMethod: 'webauthn', stage: 'sign_in' },
    });
    expect((await authenticate(console, device.authenticate(await authenticationOptions(console)))).status).toBe(200);
  });

  it.each<[string, (device: SoftwarePasskey, options: Parameters<SoftwarePasskey['authenticate']>[0]) => unknown]>([
    ['nothing', () => ({})],
    ['what is not base64url', (device, options) => ({ ...device.authenticate(options), id: '=*=', rawId: '=*=' })],
    [
      'a foreign signature',
      (device, options) => ({ ...new SoftwarePasskey().authenticate(options), id: device.id, rawId: device.id }),
    ],
    ['an unknown passkey', (_, options) => new SoftwarePasskey().authenticate(options)],
    [
      'garbage for what was signed',
      (device, options) => withResponse(device.authenticate(options), { clientDataJSON: 'AAAA' }),
    ],
    ['another person’s name', (device, options) => withResponse(device.authenticate(options), { userHandle: 'AAAA' })],
  ])('is refused when it answers with %s, and the challenge is spent', async (_, answerWith) => {
    const user = await aUser({ hasTotp: false });
    const { device } = await aPasskey(user);
    const console = await pending(user);
    const options = await authenticationOptions(console);
    expect((await authenticate(console, answerWith(device, options))).error.code).toBe('invalid_code');
    expect((await authenticate(console, device.authenticate(options))).error.code).toBe('invalid_code');
  });

  it('is refused when it answers as for a registration, and the challenge is spent', async () => {
    const user = await aUser();
    const { device } = await aPasskey(user);
    const console = await api.console().enter(user);
    const options = await authenticationOptions(console);
    const creation = { ...(await registrationOptions(console)), challenge: options.challenge };
    expect((await authenticate(console, device.register(creation))).error.code).toBe('invalid_code');
    expect((await authenticate(console, device.authenticate(options))).error.code).toBe('invalid_code');
  });

  it('is refused for the challenge of a registration', async () => {
    const user = await aUser();
    const { device } = await aPasskey(user);
    const console = await api.console().enter(user);
    await authenticationOptions(console);
    const { challenge } = await registrationOptions(console);
    expect((await authenticate(console, device.authenticate({ challenge }))).error.code).toBe('invalid_code');
  });

  it('is refused when its answer is replayed, also by another session', async () => {
    const user = await aUser({ hasTotp: false });
    const { device } = await aPasskey(user);
    const console = await pending(user);
    const response = device.authenticate(await authenticationOptions(console), { counter: 0 });
    expect((await authenticate(console, response)).status).toBe(200);
    expect((await authenticate(console, response)).error.code).toBe('invalid_code');
    const other = await pending(user);
    await authenticationOptions(other);
    expect((await authenticate(other, response)).error.code).toBe('invalid_code');
  });

  it('is refused for the challenge of another session of the same person', async () => {
    const user = await aUser({ hasTotp: false });
    const { device } = await aPasskey(user);
    const [owner, other] = [await pending(user), await pending(user)];
    const options = await authenticationOptions(owner);
    expect((await authenticate(other, device.authenticate(options))).error.code).toBe('invalid_code');
    await authenticationOptions(other);
    expect((await authenticate(other, device.authenticate(options))).error.code).toBe('invalid_code');
    expect((await authenticate(owner, device.authenticate(options))).status).toBe(200);
  });

  it('is refused for another person', async () => {
    const [owner, intruder] = [await aUser({ hasTotp: false }), await aUser({ hasTotp: false })];
    const foreign = await aPasskey(owner);
    await aPasskey(intruder);
    const console = await pending(intruder);
    const response = foreign.device.authenticate(await authenticationOptions(console));
    expect((await authenticate(console, response)).error.code).toBe('invalid_code');
    expect(
      (await authenticate(console, { ...response, response: { ...response.response, userHandle: null } })).status,
    ).toBe(401);
  });

  it.each([
    [299, 200],
    [301, 401],
  ])('may be asked for 300 seconds: answered after %i, %i', async (seconds, status) => {
    const user = await aUser({ hasTotp: false });
    const { device } = await aPasskey(user);
    const console = await pending(user);
    const options = await authenticationOptions(console);
    await ageChallenges(user, seconds);
    expect((await authenticate(console, device.authenticate(options))).status).toBe(status);
  });

  it('is not asked for where there is none', async () => {
    for (const user of [await aUser(), await aUser({ hasTotp: false })]) {
      const console = await unproven(user);
      for (const [step, body] of [
        ['options', {}],
        ['verify', { response: {} }],
      ] as const)
        expect((await console.post(`${webauthnPath}/authenticate/${step}`, body)).error.code).toBe(
          'mfa_enrollment_required',
        );
    }
  });
});

function withResponse(answer: { response: object }, fields: Record<string, string>) {
  return { ...answer, response: { ...answer.response, ...fields } };
}
