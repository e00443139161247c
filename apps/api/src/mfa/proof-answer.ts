import { recentMfaSecondsMax, type ProofData, type TotpConfirmationData } from '@calkeep/contract';
import type { ProvenTicket } from '../sessions/sessions.service.js';
import type { SetupResult } from './factor-setup.js';

/** What a proof of a second factor is worth, and until when. */
export function proofAnswer({ mfaVerifiedAt }: ProvenTicket): ProofData {
  if (mfaVerifiedAt === null) throw new Error('A proof left the session without one.');
  const validUntil = new Date(mfaVerifiedAt.getTime() + recentMfaSecondsMax * 1000);
  return { verifiedAt: mfaVerifiedAt.toISOString(), validUntil: validUntil.toISOString() };
}

/** The same of a factor's first proof, with the recovery codes that came with it. */
export function setupAnswer(ticket: ProvenTicket, { recoveryCodes }: SetupResult<unknown>): TotpConfirmationData {
  return recoveryCodes === null ? proofAnswer(ticket) : { ...proofAnswer(ticket), recoveryCodes };
}
