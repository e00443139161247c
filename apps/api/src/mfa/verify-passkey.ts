/**
 * Invariant: an answer of a passkey passes only for the challenge, the ceremony, the origins and the relying party that it
 * was asked for, with the person verified by the passkey. Nothing that an answer holds is fetched or trusted.
 */
import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { registrationAnswer, type AuthenticationAnswer } from './passkey-answer.js';
import type { RelyingParty } from './relying-party.js';

export interface Expected {
  readonly relyingParty: RelyingParty;
  readonly challenge: string;
}

export interface VerifiedCredential extends WebAuthnCredential {
  readonly isBackedUp: boolean;
}

/** WebAuthn Level 3, section 7.1. @returns `null` for an answer that does not pass, for whatever reason. */
export async function verifyRegistration(response: unknown, expected: Expected): Promise<VerifiedCredential | null> {
  const answer = registrationAnswer.safeParse(response);
  if (!answer.success) return null;
  return passed(async () => {
    if (hasCertificates(answer.data.response.attestationObject)) return null;
    const result = await verifyRegistrationResponse({ response: answer.data, ...expectationsOf(expected) });
    const info = result.registrationInfo;
    return info ? { ...info.credential, isBackedUp: info.credentialBackedUp } : null;
  });
}

/** Section 7.2. The counter must have gone up, unless the passkey does not count. @returns as above. */
export async function verifyAuthentication(
  response: AuthenticationAnswer,
  credential: WebAuthnCredential,
  expected: Expected,
): Promise<{ signCount: number; isBackedUp: boolean } | null> {
  return passed(async () => {
    const result = await verifyAuthenticationResponse({ response, credential, ...expectationsOf(expected) });
    const { newCounter, credentialBackedUp } = result.authenticationInfo;
    return result.verified ? { signCount: newCounter, isBackedUp: credentialBackedUp } : null;
  });
}

function expectationsOf({ relyingParty, challenge }: Expected) {
  return {
    expectedChallenge: challenge,
    expectedOrigin: relyingParty.origins,
    expectedRPID: relyingParty.id,
    requireUserVerification: true,
  };
}

/**
 * No attestation was asked for. One that comes with certificates all the same would have them checked, and the lists of
 * revoked ones fetched from wherever they say.
 */
function hasCertificates(attestationObject: string): boolean {
  const attestation = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, 'base64url')));
  const format = attestation.get('fmt');
  // A passkey may also sign for itself ("self attestation", section 6.5.4).
  return format !== 'none' && !(format === 'packed' && attestation.get('attStmt').get('x5c') === undefined);
}

/** The library throws for whatever it refuses. */
async function passed<T>(verify: () => Promise<T | null>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}
