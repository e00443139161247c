import { toPublicId, type MfaMethod } from '@calkeep/contract';
import { personAt } from '../audit-log/actor.js';
import type { AuditEntry } from '../audit-log/audit-trail.js';
import type { Caller } from '../http/credential-resolver.js';

export interface CompleteSignIn {
  /** With its bare UUID. */
  readonly user: { readonly id: string; readonly name: string };
  readonly caller: Caller;
  /** Bare UUID. */
  readonly sessionId: string;
  /** `null` for the password alone. */
  readonly method: MfaMethod | 'recovery' | null;
}

/** What the audit log is told once a person is signed in, with everything that this takes. */
export function signInSucceeded({ user, caller, sessionId, method }: CompleteSignIn): AuditEntry {
  return {
    actor: personAt(user, caller),
    action: 'SIGN_IN_SUCCEEDED',
    target: { type: 'session', id: toPublicId('session', sessionId) },
    payload: { mfaMethod: method },
  };
}
