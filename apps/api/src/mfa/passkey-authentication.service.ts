import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { PersonCaller } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import { FactorProofs, type Proven } from './factor-proofs.js';
import { authenticationAnswer, type AuthenticationAnswer } from './passkey-answer.js';
import { credentialOf } from './passkey-credential.js';
import { PasskeysRepository, type PasskeyCredential, type PasskeyUse } from './passkeys.repository.js';
import { attemptOf, type ProofAttempt } from './proof-entries.js';
import { RelyingParty } from './relying-party.js';
import { userHandleOf } from './user-handle.js';
import { verifyAuthentication } from './verify-passkey.js';
import { challengeSeconds, WebauthnChallenges } from './webauthn-challenges.js';

@Injectable()
export class PasskeyAuthenticationService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly challenges: WebauthnChallenges,
    private readonly relyingParty: RelyingParty,
    private readonly proofs: FactorProofs,
  ) {}

  /** For `navigator.credentials.get`. @throws AppError `mfa_enrollment_required` */
  async begin({ session }: PersonCaller): Promise<PublicKeyCredentialRequestOptionsJSON> {
    refuseWithoutPasskey(session);
    const credentials = await this.#credentialsOf(session);
    const options = await generateAuthenticationOptions({
      rpID: this.relyingParty.id,
      allowCredentials: credentials.map((credential) => {
        const { id, transports } = credentialOf(credential);
        return { id, transports };
      }),
      timeout: challengeSeconds * 1000,
      userVerification: 'required',
    });
    await this.challenges.keep(session.id, 'authenticate', options.challenge);
    return options;
  }

  /** @throws AppError `invalid_code`, `mfa_enrollment_required`, `rate_limited` */
  async complete(person: PersonCaller, response: unknown): Promise<Proven<true>> {
    const { session } = person;
    refuseWithoutPasskey(session);
    await this.proofs.begin(attemptWith(person, null));
    const use = await this.#verify(session, response);
    return this.proofs.complete(attemptWith(person, use?.id ?? null), async (tx) =>
      use && (await this.passkeys.use(tx, session.user.id, use)) ? true : null,
    );
  }

  async #verify(session: Session, response: unknown): Promise<PasskeyUse | null> {
    const challenge = await this.challenges.take(session.id, 'authenticate');
    const answer = authenticationAnswer.safeParse(response);
    if (challenge === null || !answer.success || !isFor(session, answer.data)) return null;
    const stored = (await this.#credentialsOf(session)).find((one) => credentialOf(one).id === answer.data.id);
    if (!stored) return null;
    const expected = { relyingParty: this.relyingParty, challenge };
    const verified = await verifyAuthentication(answer.data, credentialOf(stored), expected);
    return verified && { id: stored.id, ...verified };
  }

  #credentialsOf({ user }: Session): Promise<PasskeyCredential[]> {
    return this.database.transaction((tx) => this.passkeys.findCredentials(tx, user.id));
  }
}

function refuseWithoutPasskey({ mfaMethods }: Session): void {
  if (!mfaMethods.includes('webauthn'))
    throw new AppError('mfa_enrollment_required', { message: 'Set up a passkey first.' });
}

function attemptWith(person: PersonCaller, credentialId: string | null): ProofAttempt {
  return attemptOf(person, { kind: 'mfa', method: 'webauthn', credentialId });
}

/** A passkey that names its person names this one. */
function isFor({ user }: Session, { response: { userHandle } }: AuthenticationAnswer): boolean {
  return userHandle === '' || userHandle === Buffer.from(userHandleOf(user.id)).toString('base64url');
}
