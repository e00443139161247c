import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { cose, isoCBOR } from '@simplewebauthn/server/helpers';

export interface SoftwarePasskeyOptions {
  rpId: string;
  origin: string;
  isUserVerified: boolean;
  /** What the signature counter stands at when the passkey is registered; each authentication adds one. */
  counter: number;
  /** Whether a registration is signed by the passkey itself ("self attestation"), as some sign though nobody asked. */
  isSelfAttested: boolean;
}

/** What one answer claims in place of the truth. */
export interface PasskeyClaims extends SoftwarePasskeyOptions {
  /** Of the client data: which ceremony the answer is for. */
  type: string;
}

const isUserPresentFlag = 0x01;
const isUserVerifiedFlag = 0x04;
const hasCredentialFlag = 0x40;

/**
 * One passkey (Web Authentication Level 3; ES256) together with the browser that it is in. It
 * answers as `navigator.credentials` does, in JSON, but also what a browser would refuse to ask: the server alone is
 * under test. It can be registered any number of times, always as the same credential.
 */
export class SoftwarePasskey {
  readonly id = randomBytes(32).toString('base64url');
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly options: SoftwarePasskeyOptions;
  private userHandle: string | undefined;

  constructor(options: Partial<SoftwarePasskeyOptions> = {}) {
    const page = { rpId: 'localhost', origin: 'http://localhost:3000' };
    this.options = { ...page, isUserVerified: true, counter: 0, isSelfAttested: false, ...options };
  }

  /** What `navigator.credentials.create` gives. */
  register(
    { challenge, user }: PublicKeyCredentialCreationOptionsJSON,
    overrides: Partial<PasskeyClaims> = {},
  ): RegistrationResponseJSON {
    const claims = { ...this.options, type: 'webauthn.create', ...overrides };
    const authenticatorData = Buffer.concat([
      authenticatorDataOf(claims, hasCredentialFlag),
      credentialDataOf(this.id, this.keys.publicKey),
    ]);
    const clientData = clientDataOf(claims, challenge);
    const signature = claims.isSelfAttested ? this.sign(authenticatorData, clientData) : null;
    this.userHandle = user.id;
    return {
      ...this.credential(),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestationOf(authenticatorData, signature).toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        publicKey: this.keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
        publicKeyAlgorithm: cose.COSEALG.ES256,
        transports: ['internal'],
      },
    };
  }

  /** What `navigator.credentials.get` gives. An override of the counter is for this answer alone. */
  authenticate(
    { challenge }: PublicKeyCredentialRequestOptionsJSON,
    overrides: Partial<PasskeyClaims> = {},
  ): AuthenticationResponseJSON {
    this.options.counter += 1;
    const claims = { ...this.options, type: 'webauthn.get', ...overrides };
    const clientData = clientDataOf(claims, challenge);
    const authenticatorData = authenticatorDataOf(claims);
    return {
      ...this.credential(),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: this.sign(authenticatorData, clientData).toString('base64url'),
        ...(this.userHandle === undefined ? {} : { userHandle: this.userHandle }),
      },
    };
  }

  private sign(authenticatorData: Buffer, clientData: Buffer): Buffer {
    return sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), this.keys.privateKey);
  }

  private credential() {
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
    } as const;
  }
}

/** Section 5.8.1: CollectedClientData. */
function clientDataOf({ type, origin }: PasskeyClaims, challenge: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

/** Section 6.1, without attested credential data: hash of the relying party's id, flags, counter. */
function authenticatorDataOf({ rpId, isUserVerified, counter }: PasskeyClaims, furtherFlags = 0): Buffer {
  const flagsAndCounter = Buffer.alloc(5);
  flagsAndCounter.writeUInt8(isUserPresentFlag | (isUserVerified ? isUserVerifiedFlag : 0) | furtherFlags);
  flagsAndCounter.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(Buffer.from(rpId)), flagsAndCounter]);
}

/** Section 6.5.1: the authenticator's model (none is named), the credential's id and its public key. */
function credentialDataOf(id: string, publicKey: KeyObject): Buffer {
  const model = Buffer.alloc(16);
  const idBytes = Buffer.from(id, 'base64url');
  const idLength = Buffer.alloc(2);
  idLength.writeUInt16BE(idBytes.length);
  return Buffer.concat([model, idLength, idBytes, coseKeyOf(publicKey)]);
}

/** RFC 9053, sections 2.1 and 7.1.1. */
function coseKeyOf(publicKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const { COSEKEYS, COSEKTY, COSEALG, COSECRV } = cose;
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [COSEKEYS.kty, COSEKTY.EC2],
      [COSEKEYS.alg, COSEALG.ES256],
      [COSEKEYS.crv, COSECRV.P256],
      [COSEKEYS.x, Buffer.from(x, 'base64url')],
      [COSEKEYS.y, Buffer.from(y, 'base64url')],
    ]),
  );
}

/** Section 8.7: no attestation; or section 8.2: that of the passkey itself. */
function attestationOf(authenticatorData: Buffer, signature: Buffer | null): Buffer {
  const statement = new Map<string, number | Uint8Array>();
  if (signature) statement.set('alg', cose.COSEALG.ES256).set('sig', signature);
  const attestation = new Map<string, string | Uint8Array | typeof statement>([
    ['fmt', signature ? 'packed' : 'none'],
    ['attStmt', statement],
    ['authData', authenticatorData],
  ]);
  return Buffer.from(isoCBOR.encode(attestation));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
