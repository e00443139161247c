import type { Session } from '../http/session.js';

/** What the audit log keeps of the second factor behind a change: how it was proven, and how long before. */
export function mfaProofOf({ mfa }: Session): { method: string; ageSeconds: number } | null {
  return mfa && { method: mfa.method, ageSeconds: Math.floor(mfa.ageMs / 1000) };
}
