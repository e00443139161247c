import { newUuid, passkeysMax, type PasskeyRegistrationBody } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type { PersonCaller } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import type { Proven } from './factor-proofs.js';
import { FactorSetup, type SetupResult } from './factor-setup.js';
import { passkeyFactor } from './factor.js';
import { credentialOf } from './passkey-credential.js';
import { PasskeysRepository, type StoredPasskey } from './passkeys.repository.js';
import { RelyingParty } from './relying-party.js';
import { userHandleOf } from './user-handle.js';
import { verifyRegistration, type VerifiedCredential } from './verify-passkey.js';
import { challengeSeconds, WebauthnChallenges } from './webauthn-challenges.js';

@Injectable()
export class PasskeyRegistrationService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly challenges: WebauthnChallenges,
    private readonly relyingParty: RelyingParty,
    private readonly setup: FactorSetup,
  ) {}

  /** For `navigator.credentials.create`. @throws AppError `conflict` when the person has as many as may be. */
  async begin({ session: { id, user } }: PersonCaller): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const credentials = await this.database.transaction((tx) => this.passkeys.findCredentials(tx, user.id));
    if (credentials.length >= passkeysMax) throw tooMany();
    const options = await generateRegistrationOptions({
      rpName: this.relyingParty.name,
      rpID: this.relyingParty.id,
      userID: userHandleOf(user.id),
      userName: user.email,
      userDisplayName: user.name,
      timeout: challengeSeconds * 1000,
      attestationType: 'none',
      excludeCredentials: credentials.map(credentialOf),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
    await this.challenges.keep(id, 'register', options.challenge);
    return options;
  }

  /** @throws AppError `invalid_code`, `conflict`, `rate_limited` */
  async complete(
    person: PersonCaller,
    { response, label }: PasskeyRegistrationBody,
  ): Promise<Proven<SetupResult<StoredPasskey>>> {
    const id = newUuid();
    const request = { person, factor: passkeyFactor(id) };
    await this.setup.begin(request);
    const credential = await this.#verify(person.session, response);
    return this.setup.complete(request, async (tx, { passkeys }) => {
      if (!credential) return null;
      if (passkeys >= passkeysMax) throw tooMany();
      return this.passkeys.create(tx, person.session.user.id, toPasskey(credential, { id, label }));
    });
  }

  async #verify({ id }: Session, response: unknown): Promise<VerifiedCredential | null> {
    const challenge = await this.challenges.take(id, 'register');
    return challenge === null ? null : verifyRegistration(response, { relyingParty: this.relyingParty, challenge });
  }
}

function toPasskey(credential: VerifiedCredential, { id, label }: { id: string; label: string }) {
  return {
    id,
    label,
    credentialId: Uint8Array.from(Buffer.from(credential.id, 'base64url')),
    publicKey: Uint8Array.from(credential.publicKey),
    signCount: credential.counter,
    transports: credential.transports ?? [],
    isBackedUp: credential.isBackedUp,
  };
}

function tooMany(): AppError {
  return new AppError('conflict', { message: `Nobody has more than ${passkeysMax} passkeys; remove one first.` });
}
