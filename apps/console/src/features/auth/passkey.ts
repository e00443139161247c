import { passkeyOptionsData, proofData, type ProofData } from '@calkeep/contract';
import {
  startAuthentication,
  WebAuthnError,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { ApiError } from '../../api/api-error.js';
import { call } from '../../api/call.js';
import { texts } from '../../texts/index.js';

const authenticate = '/app/auth/mfa/webauthn/authenticate';

/** Has the browser ask for a passkey, and the server check its answer. @throws ApiError, in words for people */
export async function provePasskey(): Promise<ProofData> {
  const { options } = await call(passkeyOptionsData, `${authenticate}/options`, {
    method: 'POST',
    body: {},
    isChallenged: false,
  });
  // The server made them for this very call: WebAuthn Level 3, section 5.1.10.
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const response = await startAuthentication({ optionsJSON }).catch(refuse);
  return call(proofData, `${authenticate}/verify`, { method: 'POST', body: { response }, isChallenged: false });
}

/** What browsers say about passkeys is for developers. */
export function refuse(cause: unknown): never {
  const { secondFactor } = texts.auth;
  if (isCancelled(cause)) throw new ApiError('invalid_code', secondFactor.cancelled, { cause });
  if (!('PublicKeyCredential' in window)) throw new ApiError('invalid_code', secondFactor.unsupported, { cause });
  throw new ApiError('invalid_code', secondFactor.fromAnotherDevice, { cause });
}

function isCancelled(cause: unknown): boolean {
  if (cause instanceof WebAuthnError) return cause.code === 'ERROR_CEREMONY_ABORTED' || isCancelled(cause.cause);
  return cause instanceof Error && ['NotAllowedError', 'AbortError'].includes(cause.name);
}
