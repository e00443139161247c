import { generateKeyPairSync, hash, sign } from 'node:crypto';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { convertCOSEtoPKCS, isoCBOR, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { expect, it } from 'vitest';
import { SoftwarePasskey } from '../../../../test/support/software-passkey.js';
import { verifyRegistration } from './verify-passkey.js';

const relyingParty = { name: 'CalKeep' as const, id: 'localhost', origins: ['http://localhost:3000'] };
const options = await generateRegistrationOptions({ rpName: 'CalKeep', rpID: 'localhost', userName: 'ada@acme.test' });
const { challenge } = options;

it.each([
  ['no attestation', {}],
  ['an attestation of its own', { isSelfAttested: true }],
])('takes a passkey with %s', async (_, claims) => {
  const device = new SoftwarePasskey();
  const verified = await verifyRegistration(device.register(options, claims), { relyingParty, challenge });
  expect(verified).toMatchObject({ id: device.id, counter: 0, isBackedUp: false });
});

it('refuses an attestation by certificate, which names places to ask about it, however right it is', async () => {
  const response = withCertificate(new SoftwarePasskey().register(options));
  const { verified } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: relyingParty.origins,
    expectedRPID: relyingParty.id,
  });
  expect(verified).toBe(true);
  expect(await verifyRegistration(response, { relyingParty, challenge })).toBeNull();
});

/** The same answer, attested as by a U2F token (WebAuthn Level 3, section 8.6). */
function withCertificate(answer: RegistrationResponseJSON): RegistrationResponseJSON {
  const authData = Uint8Array.from(Buffer.from(answer.response.authenticatorData ?? '', 'base64url'));
  const { rpIdHash, credentialID, credentialPublicKey } = parseAuthenticatorData(authData);
  if (!credentialID || !credentialPublicKey) throw new Error('the registration is of no credential');
  const clientDataHash = hash('sha256', Buffer.from(answer.response.clientDataJSON, 'base64url'), 'buffer');
  const publicKey = convertCOSEtoPKCS(credentialPublicKey);
  const signed = Buffer.concat([Buffer.of(0), rpIdHash, clientDataHash, credentialID, publicKey]);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const statement = new Map<string, Uint8Array | Uint8Array[]>([
    ['sig', sign('sha256', signed, keys.privateKey)],
    ['x5c', [certificateOf(keys.publicKey.export({ type: 'spki', format: 'der' }))]],
  ]);
  const attestation = new Map<string, string | Uint8Array | typeof statement>([
    ['fmt', 'fido-u2f'],
    ['attStmt', statement],
    ['authData', authData],
  ]);
  const attestationObject = Buffer.from(isoCBOR.encode(attestation)).toString('base64url');
  return { ...answer, response: { ...answer.response, attestationObject } };
}

/** A certificate of this key, in DER (RFC 5280), that nobody has signed. */
function certificateOf(publicKeyInfo: Buffer): Buffer {
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const name = der(0x30);
  const validity = der(0x30, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('460101000000Z')));
  const body = der(0x30, der(0x02, Buffer.of(1)), ecdsaWithSha256, name, validity, name, publicKeyInfo);
  return der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.of(0, 0)));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 128 ? Buffer.of(content.length) : Buffer.of(0x82, content.length >> 8, content.length);
  return Buffer.concat([Buffer.of(tag), length, content]);
}
