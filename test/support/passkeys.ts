import { newUuid, toPublicId } from '@calkeep/contract';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { arrange } from './builders.js';
import type { Console, TestUser } from './console.js';
import { SoftwarePasskey, type SoftwarePasskeyOptions } from './software-passkey.js';

/** The page that passkeys are used on, whatever port a test's process listens on: for the process's environment. */
export const passkeySettings = { PUBLIC_URL: 'http://localhost:3000' };

export interface TestPasskey {
  /** Public id. */
  id: string;
  uuid: string;
  device: SoftwarePasskey;
}

/** A passkey that is registered for this person. */
export async function aPasskey(user: TestUser, options: Partial<SoftwarePasskeyOptions> = {}): Promise<TestPasskey> {
  const device = new SoftwarePasskey(options);
  const userID = Uint8Array.from(Buffer.from(user.uuid.replaceAll('-', ''), 'hex'));
  const asked = { rpName: 'CalKeep', rpID: 'localhost', userName: user.email, userID };
  const creation = await generateRegistrationOptions(asked);
  const { registrationInfo } = await verifyRegistrationResponse({
    response: device.register(creation),
    expectedChallenge: creation.challenge,
    expectedOrigin: passkeySettings.PUBLIC_URL,
  });
  if (!registrationInfo) throw new Error('the registration was not verified');
  const { id, publicKey, counter } = registrationInfo.credential;
  const uuid = newUuid();
  await arrange('', (client) =>
    client.query(
      `insert into webauthn_credentials (id, user_id, credential_id, public_key, sign_count, label, is_backed_up)
       values ($1, $2, $3, $4, $5, 'Laptop', false)`,
      [uuid, user.uuid, Buffer.from(id, 'base64url'), publicKey, counter],
    ),
  );
  return { id: toPublicId('passkey', uuid), uuid, device };
}

/** What the console asks for before it asks the browser. */
export async function registrationOptions(console: Console): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { data } = await console.post('/app/auth/mfa/webauthn/register/options');
  return data['options'] as PublicKeyCredentialCreationOptionsJSON;
}

export async function authenticationOptions(console: Console): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { data } = await console.post('/app/auth/mfa/webauthn/authenticate/options');
  return data['options'] as PublicKeyCredentialRequestOptionsJSON;
}

/** As if what this person was asked had been asked so much earlier. */
export async function ageChallenges(user: TestUser, seconds: number): Promise<void> {
  await arrange('', (client) =>
    client.query(
      `update webauthn_challenges c set expires_at = c.expires_at - make_interval(secs => $2)
       from sessions s where s.id = c.session_id and s.user_id = $1`,
      [user.uuid, seconds],
    ),
  );
}
