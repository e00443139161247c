import { ApiError } from './api-error.js';

/** What the person is asked for: to sign in again, or to prove the second factor. */
export type ChallengeKind = 'sign-in' | 'step-up';

/** @returns whether the person has done what was asked; `false` if they gave up. */
type Challenger = (kind: ChallengeKind) => Promise<boolean>;

let challenger: Challenger | null = null;
let current: { kind: ChallengeKind; answer: Promise<boolean> } | null = null;

/** What could turn this refusal around; `null` where nothing can. */
export function challengeOf(error: unknown): ChallengeKind | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === 'session_required') return 'sign-in';
  return error.code === 'mfa_required' ? 'step-up' : null;
}

/**
 * Calls that are refused at the same time wait for one dialog; also one that was refused for the proof while the person
 * signs in again, for that ends with a proof.
 */
export async function challenge(kind: ChallengeKind): Promise<boolean> {
  if (current?.kind === 'step-up' && kind === 'sign-in') await current.answer;
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
