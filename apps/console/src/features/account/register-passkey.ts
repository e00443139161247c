import { passkeyOptionsData, passkeyRegistrationData, type PasskeyRegistrationData } from '@calkeep/contract';
import { startRegistration, WebAuthnError, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser';
import { ApiError } from '../../api/api-error.js';
import { call } from '../../api/call.js';
import { texts } from '../../texts/index.js';
import { refuse } from '../auth/passkey.js';

const register = '/app/auth/mfa/webauthn/register';

/** Has the browser make a passkey, and the server take it. @throws ApiError, in words for people */
export async function registerPasskey(label: string): Promise<PasskeyRegistrationData> {
  const { options } = await call(passkeyOptionsData, `${register}/options`, { method: 'POST', body: {} });
  // The server made them for this very call: WebAuthn Level 3, section 5.1.9.
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const response = await startRegistration({ optionsJSON }).catch(refuseRegistration);
  return call(passkeyRegistrationData, `${register}/verify`, { method: 'POST', body: { response, label } });
}

function refuseRegistration(cause: unknown): never {
  const isKnown = cause instanceof WebAuthnError && cause.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
  if (isKnown) throw new ApiError('conflict', texts.account.security.passkeys.exists, { cause });
  return refuse(cause);
}
