import { toPublicId } from '@calkeep/contract';
import { personAt } from '../audit-log/actor.js';
import type { AuditEntry } from '../audit-log/audit-trail.js';
import { signInSucceeded } from '../auth/sign-in-entry.js';
import type { PersonCaller } from '../http/current-session.js';
import type { SessionProof } from '../sessions/sessions.repository.js';

/** What a person gains by a proof: the rest of a sign-in, a recent proof, or a factor that was not there before. */
export type ProofStage = 'sign_in' | 'step_up' | 'enrolment';

export interface ProofAttempt {
  readonly person: PersonCaller;
  readonly proof: SessionProof;
  readonly stage: ProofStage;
}

/** What the audit log tells of an attempt that was right. A step-up is told with what it was made for. */
export function entryOfSuccess({ person, proof, stage }: ProofAttempt): AuditEntry | null {
  const { session, caller } = person;
  switch (stage) {
    case 'sign_in':
      return signInSucceeded({ user: session.user, caller, sessionId: session.id, method: methodOf(proof) });
    case 'enrolment':
      return entryAbout(person, 'MFA_ENROLLED', describeProof(proof));
    case 'step_up':
      return null;
  }
}

export function entryOfFailure({ person, proof, stage }: ProofAttempt): AuditEntry {
  return entryAbout(person, 'STEP_UP_FAILED', { mfaMethod: methodOf(proof), stage });
}

/** Of what a person does about itself. */
export function entryAbout(
  { session, caller }: PersonCaller,
  action: AuditEntry['action'],
  payload: AuditEntry['payload'],
): AuditEntry {
  const { user } = session;
  return { actor: personAt(user, caller), action, target: { type: 'user', id: toPublicId('user', user.id) }, payload };
}

/** For a proof that comes after the enrolment. A recovery code signs in, also who is signed in, and is no step-up. */
export function attemptOf(person: PersonCaller, proof: SessionProof): ProofAttempt {
  const isSignIn = person.session.isPending || proof.kind === 'recovery';
  return { person, proof, stage: isSignIn ? 'sign_in' : 'step_up' };
}

/** By what it was proven. */
export function describeProof(proof: SessionProof) {
  const mfaMethod = methodOf(proof);
  const credentialId = proof.kind === 'mfa' ? proof.credentialId : null;
  return credentialId === null ? { mfaMethod } : { mfaMethod, passkeyId: toPublicId('passkey', credentialId) };
}

function methodOf(proof: SessionProof) {
  return proof.kind === 'mfa' ? proof.method : 'recovery';
}
