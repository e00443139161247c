import { ApiError } from './api-error.js';

/** What the person is asked for: to sign in again, or to prove the second factor. */
export type ChallengeKind = 'sign-in' | 'step-up';

/** @returns whether the person has done what was asked; `false` if they gave up. */
type Challenger = (kind: ChallengeKind) => Promise<boolean>;

let challenger: Challenger | null = null;
let current: { kind: ChallengeKind; answer: Promise<boolean> } | null = null;

export function isChallenging(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.code === 'session_required' || error.code === 'mfa_required');
}

/** Calls that are refused at the same time wait for one dialog. */
export async function challenge(error: ApiError): Promise<boolean> {
  const kind: ChallengeKind = error.code === 'session_required' ? 'sign-in' : 'step-up';
  if (current && current.kind !== kind) await current.answer;
  if (!challenger) return false;
  current ??= { kind, answer: challenger(kind).finally(() => (current = null)) };
  return current.answer;
}

/** The dialogs' place in the page. @returns takes it away again. */
export function answerChallenges(next: Challenger): () => void {
  challenger = next;
  return () => {
    if (challenger === next) challenger = null;
  };
}
