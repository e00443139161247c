import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { describe, expect, it } from 'vitest';
import { SoftwarePasskey, type PasskeyClaims } from './software-passkey.js';

const rpID = 'localhost';
const origin = 'http://localhost:3000';
const elsewhere = 'https://evil.test';
const creationOptions = await generateRegistrationOptions({ rpName: 'CalKeep', rpID, userName: 'ada@acme.test' });
const requestOptions = await generateAuthenticationOptions({ rpID, userVerification: 'required' });

describe('a registration', () => {
  it('passes the verification of a server', async () => {
    const passkey = new SoftwarePasskey();
    const { verified, registrationInfo } = await verifyRegistration(passkey.register(creationOptions));
    expect(verified).toBe(true);
    expect(registrationInfo).toMatchObject({ fmt: 'none', userVerified: true, origin, rpID });
    expect(registrationInfo?.credential).toMatchObject({ id: passkey.id, counter: 0, transports: ['internal'] });
  });

  it('carries the counter that it is told', async () => {
    expect((await registered(new SoftwarePasskey({ counter: 7 }))).counter).toBe(7);
    expect((await registered(new SoftwarePasskey(), { counter: 9 })).counter).toBe(9);
  });

  it.each<[string, Partial<PasskeyClaims>, RegExp]>([
    ['another origin', { origin: elsewhere }, /origin/],
    ['another relying party', { rpId: 'evil.test' }, /RP ID/],
    ['no user verification', { isUserVerified: false }, /user could not be verified/],
    ['the answer to another ceremony', { type: 'webauthn.get' }, /response type/],
  ])('is refused with %s', async (_, overrides, reason) => {
    const response = new SoftwarePasskey().register(creationOptions, overrides);
    await expect(verifyRegistration(response)).rejects.toThrow(reason);
  });

  it('is refused for another challenge', async () => {
    const other = { ...creationOptions, challenge: requestOptions.challenge };
    await expect(verifyRegistration(new SoftwarePasskey().register(other))).rejects.toThrow(/challenge/);
  });
});

describe('an authentication', () => {
  it('passes the verification of a server, again and again, counting up', async () => {
    const passkey = new SoftwarePasskey();
    const credential = await registered(passkey);
    for (const newCounter of [1, 2, 3]) {
      const response = passkey.authenticate(requestOptions);
      const { verified, authenticationInfo } = await verifyAuthentication(response, credential);
      expect(verified).toBe(true);
      expect(authenticationInfo).toMatchObject({ credentialID: passkey.id, newCounter, userVerified: true });
      credential.counter = newCounter;
    }
  });

  it('tells the user that the passkey was registered for', async () => {
    const passkey = new SoftwarePasskey();
    expect(passkey.authenticate(requestOptions).response).not.toHaveProperty('userHandle');
    await registered(passkey);
    expect(passkey.authenticate(requestOptions).response.userHandle).toBe(creationOptions.user.id);
  });

  it.each<[string, Partial<PasskeyClaims>, RegExp]>([
    ['another origin', { origin: elsewhere }, /origin/],
    ['another relying party', { rpId: 'evil.test' }, /RP ID/],
    ['no user verification', { isUserVerified: false }, /user could not be verified/],
    ['a counter that goes back', { counter: 4 }, /counter/],
    ['a counter that stands still', { counter: 5 }, /counter/],
    ['the answer to another ceremony', { type: 'webauthn.create' }, /response type/],
  ])('is refused with %s, and for no other reason', async (_, overrides, reason) => {
    const passkey = new SoftwarePasskey({ counter: 5 });
    const credential = await registered(passkey);
    const forged = passkey.authenticate(requestOptions, overrides);
    await expect(verifyAuthentication(forged, credential)).rejects.toThrow(reason);
    expect((await verifyAuthentication(passkey.authenticate(requestOptions), credential)).verified).toBe(true);
  });

  it('is refused for another challenge', async () => {
    const passkey = new SoftwarePasskey();
    const credential = await registered(passkey);
    const response = passkey.authenticate({ ...requestOptions, challenge: creationOptions.challenge });
    await expect(verifyAuthentication(response, credential)).rejects.toThrow(/challenge/);
  });

  it('is refused when another passkey signed it', async () => {
    const credential = await registered(new SoftwarePasskey());
    const foreign = new SoftwarePasskey().authenticate(requestOptions);
    const forged = { ...foreign, id: credential.id, rawId: credential.id };
    expect((await verifyAuthentication(forged, credential)).verified).toBe(false);
  });
});

async function registered(passkey: SoftwarePasskey, overrides?: Partial<PasskeyClaims>): Promise<WebAuthnCredential> {
  const { registrationInfo } = await verifyRegistration(passkey.register(creationOptions, overrides));
  if (!registrationInfo) throw new Error('the registration was not verified');
  return registrationInfo.credential;
}

function verifyRegistration(response: RegistrationResponseJSON) {
  return verifyRegistrationResponse({
    response,
    expectedChallenge: creationOptions.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
  });
}

function verifyAuthentication(response: AuthenticationResponseJSON, credential: WebAuthnCredential) {
  return verifyAuthenticationResponse({
    response,
    expectedChallenge: requestOptions.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    credential,
  });
}
