import type { IssueTokenBody } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';

const dayMs = 86_400_000;

export interface LifetimeRules {
  readonly now: Date;
  /** What the workspace allows; `null`: any. */
  readonly lifetimeDaysMax: number | null;
}

/**
 * When a token ends that is issued now, `null` for never.
 * @throws AppError `invalid_request` for an end that is past, or later than the workspace allows.
 */
export function expiryOf(
  { expiresAt, expiresInDays }: Pick<IssueTokenBody, 'expiresAt' | 'expiresInDays'>,
  { now, lifetimeDaysMax }: LifetimeRules,
): Date | null {
  const days = expiresInDays ?? null;
  const end = days === null ? (expiresAt ?? null) : new Date(now.getTime() + days * dayMs);
  const path = days === null ? 'expiresAt' : 'expiresInDays';
  if (end && end <= now) throw refusal(path, 'too_small', 'must be in the future');
  if (lifetimeDaysMax === null) return end;
  const within = `at most ${lifetimeDaysMax} days from now: tokens of this workspace live no longer`;
  if (!end) throw refusal(path, 'required', `is required, ${within}`);
  if (end.getTime() > now.getTime() + lifetimeDaysMax * dayMs) throw refusal(path, 'too_big', `must be ${within}`);
  return end;
}

function refusal(path: string, code: string, message: string): AppError {
  return new AppError('invalid_request', { details: [{ path, code, message }] });
}
