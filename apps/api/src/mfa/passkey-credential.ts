import type { WebAuthnCredential } from '@simplewebauthn/server';
import type { PasskeyCredential } from './passkeys.repository.js';

/** A stored passkey in the words of WebAuthn. */
export function credentialOf({
  credentialId,
  publicKey,
  signCount,
  transports,
}: PasskeyCredential): Required<WebAuthnCredential> {
  return { id: Buffer.from(credentialId).toString('base64url'), publicKey, counter: signCount, transports };
}
